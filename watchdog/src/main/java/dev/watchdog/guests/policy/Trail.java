package dev.watchdog.guests.policy;

import java.util.Arrays;

/**
 * What a guest had lately. Usable is as old as the last report, the balloon's size is new: need wants both of one time.
 * That is known to the second only, within which a balloon moves a GiB; the guest's own MemTotal, of the same report, tells
 * it by the byte once it is known how much of its memory its kernel never counts.
 */
final class Trail {
    /** Points, two numbers each: enough for a change a second over the age at which numbers are blind. */
    private static final int MOST = 2 * 20;

    /** Of the last report; below 0 when it told none. */
    private final long total;

    /** What its kernel leaves out of MemTotal; below 0 while unknown. */
    private final long uncounted;

    private final long[] points;

    private Trail(long total, long uncounted, long... points) {
        this.total = total;
        this.uncounted = uncounted;
        this.points = points;
    }

    static Trail start(long at, long actual) {
        return new Trail(-1, -1, at, actual);
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
        return new Trail(total, uncounted, next);
    }

    /** After a report at {@code now}: while neither size moves, their difference is what the kernel does not count. */
    Trail reported(long newTotal, long now, boolean moving) {
        boolean still = !moving && newTotal > 0 && newTotal == total && moved(now - Limits.ORDER_GRACE) == 0;
        return new Trail(newTotal, still ? points[points.length - 1] - newTotal : uncounted, points);
    }

    /** What it had when it reported {@code newTotal}, within the second after {@code at}. */
    long had(long at, long newTotal) {
        return newTotal > 0 && uncounted >= 0 ? newTotal + uncounted : most(at, at + 999);
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
