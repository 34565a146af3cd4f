package dev.watchdog.healing;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it in a configuration: {@code 512MiB}, {@code 1GiB}, or plain bytes. Units are powers of 1,024, the IEC prefixes.
 *
 * @param bytes at least 0
 */
public record DataSize(long bytes) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB|TiB)?");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int BITS_PER_UNIT = 10;

    /** So many times 1,048,576 bytes. */
    public static DataSize mebibytes(long count) {
        return new DataSize(Math.multiplyExact(count, 1L << 20));
    }

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static DataSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a number with B, KiB, MiB, GiB or TiB, such as 512MiB");
        }
        long count = Long.parseLong(matcher.group(1));
        int shift = matcher.group(2) == null ? 0 : BITS_PER_UNIT * UNITS.indexOf(matcher.group(2));
        if (count > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("must be below 8388608TiB");
        }
        return new DataSize(count << shift);
    }

    @Override
    public String toString() {
        for (int unit = UNITS.size() - 1; unit > 0; unit--) {
            long size = 1L << (BITS_PER_UNIT * unit);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + UNITS.get(unit);
            }
        }
        return bytes + "B";
    }
}
