package dev.watchdog.linux;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads {@code /proc/net/unix}, which has a line for each Unix socket of the network namespace, whoever made it: any user
 * may make as many as he may open files, and calls them as he likes. Only what is asked for is kept.
 */
final class UnixSocketTable {
    /** __SO_ACCEPTCON of include/linux/net.h. */
    private static final long LISTENING = 0x10000;

    /** struct sockaddr_un has 108 bytes for the path, after 50 of numbers. */
    private static final int LONGEST_LINE = 512;

    /** A million sockets of the longest name. */
    private static final long MOST_BYTES = 256 << 20;

    private static final Duration LONGEST_READING = Duration.ofSeconds(2);
    /** An engine's socket has one name, or some in chroots; more of them are a user's game. */
    static final int MOST_OF_ONE_NAME = 4_096;

    private static final int FIELDS = 8;
    private static final int FLAGS = 3;
    private static final int INODE = 6;
    private static final int PATH = 7;

    private UnixSocketTable() {}

    /**
     * The listening sockets whose path ends in this name, by inode.
     *
     * @throws ErrnoException EOVERFLOW or ETIMEDOUT at a limit, which its message names
     */
    static Map<Long, String> listening(String leaf) throws ErrnoException {
        try (Descriptor table = Descriptor.open(Abi.AT_FDCWD, "/proc/net/unix", 0)) {
            return listening(table, leaf);
        }
    }

    /** Lines are {@code Num: RefCount Protocol Flags Type St Inode Path}, after one of headings. */
    static Map<Long, String> listening(Descriptor table, String leaf) throws ErrnoException {
        byte[] end = PathBytes.encode("/" + leaf);
        Map<Long, String> found = new HashMap<>();
        ReadLimits limits = new ReadLimits(LONGEST_LINE, MOST_BYTES, LONGEST_READING);
        int ignored = ByteReader.lines(table, limits, (bytes, from, to) -> {
            if (endsWith(bytes, from, to, end)) {
                add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1), bytes, to, found);
            }
            return found.size() <= MOST_OF_ONE_NAME;
        });
        if (found.size() > MOST_OF_ONE_NAME) {
            throw new ErrnoException(
                    "keep more than " + MOST_OF_ONE_NAME + " sockets called " + OneLine.of(leaf) + " of",
                    table,
                    Errno.EOVERFLOW);
        }
        return found;
    }

    private static boolean endsWith(byte[] bytes, int from, int to, byte[] end) {
        int start = to - end.length;
        return start >= from && java.util.Arrays.equals(bytes, start, to, end, 0, end.length);
    }

    /** Not of an abstract name, nor of a line that is not understood. */
    private static void add(String line, byte[] bytes, int to, Map<Long, String> found) {
        String[] field = line.strip().split(" +", FIELDS);
        if (field.length == FIELDS && field[PATH].startsWith("/") && isListening(field[FLAGS])) {
            try {
                found.put(Long.parseLong(field[INODE]), PathBytes.decode(bytes, to - field[PATH].length(), to));
            } catch (NumberFormatException e) {
                // a path may hold the end of a line, and what its owner likes after it
            }
        }
    }

    private static boolean isListening(String flags) {
        try {
            return (Long.parseLong(flags, 16) & LISTENING) != 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
