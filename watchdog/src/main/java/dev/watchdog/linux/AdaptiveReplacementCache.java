package dev.watchdog.linux;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What ZFS would give back of its cache (ARC), by {@code arcstats}: the kernel does not count it in MemAvailable. Not all
 * above {@code c_min} can be had: what is dirty, referenced or metadata in use cannot be evicted.
 */
final class AdaptiveReplacementCache {
    /**
     * An ARC that is larger than its target {@code c} by more than this part of it is shrinking already and is behind with
     * it: nothing can be counted on. Less is how it hovers around its target (zfs_arc_overflow_shift is 8).
     */
    private static final int OVERFLOW_SHIFT = 8;

    private static final Pattern SIZE = field("size");
    private static final Pattern TARGET = field("c");
    private static final Pattern LEAST = field("c_min");
    private static final Pattern[] EVICTABLE = {
        field("mru_evictable_data"),
        field("mru_evictable_metadata"),
        field("mfu_evictable_data"),
        field("mfu_evictable_metadata")
    };

    private AdaptiveReplacementCache() {}

    private static Pattern field(String name) {
        return Figures.line(name + " +\\d+ +(\\d{1,15})");
    }

    /** Bytes that can be evicted now; 0 without ZFS, and where it does not tell enough. */
    static long evictable(Path proc) {
        String stats;
        try {
            stats = Figures.text(proc.resolve("spl/kstat/zfs/arcstats"));
        } catch (ErrnoException e) {
            return 0;
        }
        OptionalLong size = Figures.first(SIZE, stats);
        OptionalLong target = Figures.first(TARGET, stats);
        OptionalLong least = Figures.first(LEAST, stats);
        if (size.isEmpty() || target.isEmpty() || least.isEmpty()) {
            return 0;
        }
        long aim = target.getAsLong();
        if (size.getAsLong() > aim + (aim >> OVERFLOW_SHIFT)) {
            return 0;
        }
        long evictable = Arrays.stream(EVICTABLE)
                .mapToLong(each -> Figures.first(each, stats).orElse(0))
                .sum();
        return Math.max(0, Math.min(evictable, size.getAsLong() - least.getAsLong()));
    }
}
