package dev.watchdog.linux;

import java.time.Duration;
import java.util.Arrays;

/**
 * Which mounts of a table are wanted. Judged by the raw line, so that nothing is made of the others: a table has as many
 * as somebody who may mount there has made. Immutable.
 */
public final class MountFilter {
    /** What somebody mounted over each other may be endless. */
    private static final int MOST_STACKED = 1_000;

    private static final int MOUNT_POINT = 4;
    private static final byte[] ROOT = {'/'};

    /** Blanks in paths are escaped, and optional fields are words: nothing else in a line looks like this. */
    private static final byte[] CONTROL_GROUPS = {' ', '-', ' ', 'c', 'g', 'r', 'o', 'u', 'p'};

    /** fs.mount-max is 100,000 by default, of 200 to 600 bytes each: read in half a second on a quiet machine. */
    private static final Duration LONGEST_READING = Duration.ofSeconds(2);

    private final Wish wish;
    private final int most;
    private final boolean enough;
    private final Duration time;

    @FunctionalInterface
    private interface Wish {
        boolean isThis(long id, long parent, byte[] line, int point, int pointEnd, int end);
    }

    private MountFilter(Wish wish, int most, boolean enough, Duration time) {
        this.wish = wish;
        this.most = most;
        this.enough = enough;
        this.time = time;
    }

    private static MountFilter first(Wish wish) {
        return new MountFilter(wish, 1, true, LONGEST_READING);
    }

    private static MountFilter all(Wish wish, int most) {
        return new MountFilter(wish, most, false, LONGEST_READING);
    }

    /** The one with this id: the reading ends there. */
    public static MountFilter byId(long wanted) {
        return first((id, parent, line, point, pointEnd, end) -> id == wanted);
    }

    /** One that is mounted on a mount, or anywhere directly below it: the reading ends there. */
    public static MountFilter mountedOn(long wanted) {
        return first((id, parent, line, point, pointEnd, end) -> parent == wanted && id != wanted);
    }

    /** All that are mounted at "/" of the process that is asked, the lowest first. */
    public static MountFilter atRoot() {
        return all(
                (id, parent, line, point, pointEnd, end) -> Arrays.equals(line, point, pointEnd, ROOT, 0, 1),
                MOST_STACKED);
    }

    /** All that are mounted at a path without symlinks, whether it still leads to them or not. */
    public static MountFilter at(String path) {
        byte[] wanted = PathBytes.encode(MountTable.escape(path));
        return all(
                (id, parent, line, point, pointEnd, end) ->
                        Arrays.equals(line, point, pointEnd, wanted, 0, wanted.length),
                MOST_STACKED);
    }

    /** All that a path without symlinks may lead through. */
    public static MountFilter onTheWayTo(String path) {
        return all(
                (id, parent, line, point, pointEnd, end) ->
                        MountTable.contains(MountTable.unescape(PathBytes.decode(line, point, pointEnd)), path),
                MOST_STACKED);
    }

    /** All control group hierarchies, old and unified: a host has some dozen, and more where containers share theirs. */
    public static MountFilter controlGroups() {
        return all(
                (id, parent, line, point, pointEnd, end) -> contains(line, pointEnd, end, CONTROL_GROUPS),
                MOST_STACKED);
    }

    private static boolean contains(byte[] line, int from, int to, byte[] part) {
        for (int i = from; i <= to - part.length; i++) {
            if (Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    /** The same, given up earlier or later. */
    public MountFilter within(Duration limit) {
        return new MountFilter(wish, most, enough, limit);
    }

    static MountFilter every() {
        return all((id, parent, line, point, pointEnd, end) -> true, Integer.MAX_VALUE);
    }

    /** How long a table may be read for; the first piece of it always is. */
    Duration time() {
        return time;
    }

    /** How many may be kept. */
    int most() {
        return most;
    }

    /** Whether nothing is wanted beyond so many; otherwise more of them are an error. */
    boolean isEnough() {
        return enough;
    }

    /** Whether a line of mountinfo is to be looked at; so is one that is not understood where all are. */
    boolean wants(byte[] line, int from, int to) {
        int start = from;
        long id = -1;
        long parent = -1;
        for (int field = 0; field <= MOUNT_POINT; field++) {
            int end = start;
            while (end < to && line[end] != ' ') {
                end++;
            }
            if (field == 0) {
                id = number(line, start, end);
            } else if (field == 1) {
                parent = number(line, start, end);
            } else if (field == MOUNT_POINT) {
                return wish.isThis(id, parent, line, start, end, to);
            }
            start = Math.min(to, end + 1);
        }
        return false;
    }

    /** -1 for what is no number. */
    private static long number(byte[] line, int from, int to) {
        if (from == to || to - from > 18) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            number = 10 * number + line[i] - '0';
        }
        return number;
    }
}
