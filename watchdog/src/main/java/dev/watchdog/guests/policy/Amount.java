package dev.watchdog.guests.policy;

import java.util.Locale;

/** Bytes for people. */
public final class Amount {
    private static final double MIB = 1L << 20;
    private static final double GIB = 1L << 30;

    private Amount() {}

    /** {@code 512 MiB}, {@code 3.2 GiB}. */
    public static String of(long bytes) {
        return Math.abs(bytes) < GIB
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / MIB)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }

    /** With a sign, for what changes. */
    public static String signed(long bytes) {
        return (bytes > 0 ? "+" : "") + of(bytes);
    }
}
