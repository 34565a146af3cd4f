package dev.watchdog.guests.policy;

import java.util.Arrays;

/** What a guest had lately. Usable is as old as the last report, the balloon's size is new: need wants both of one time. */
final class Trail {
    /** Points, two numbers each: enough for a change a second over the age at which numbers are blind. */
    private static final int MOST = 2 * 20;

    private final long[] points;

    private Trail(long... points) {
        this.points = points;
    }

    static Trail start(long at, long actual) {
        return new Trail(at, actual);
    }

    /** Only a change is kept. */
    Trail with(long at, long actual) {
        int length = points.length;
        if (points[length - 1] == actual) {
            return this;
        }
        int from = length == MOST ? 2 : 0;
        long[] next = Arrays.copyOfRange(points, from, length + 2);
        next[next.length - 2] = at;
        next[next.length - 1] = actual;
        return new Trail(next);
    }

    /** The most it had from {@code from} to {@code to}: the safe side when a report's time is known to the second. */
    long most(long from, long to) {
        long most = 0;
        for (int i = points.length - 2; i >= 0; i -= 2) {
            if (points[i] <= to || i == 0) {
                most = Math.max(most, points[i + 1]);
                if (points[i] <= from) {
                    break;
                }
            }
        }
        return most;
    }

    /** By how much its size has changed since. */
    long moved(long since) {
        return Math.abs(points[points.length - 1] - most(since, since));
    }
}
