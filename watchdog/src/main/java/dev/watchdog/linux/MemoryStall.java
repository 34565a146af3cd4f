package dev.watchdog.linux;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks have waited for memory, in microseconds since boot (Documentation/accounting/psi.rst).
 *
 * @param some at least one task waited
 * @param full no task that wanted to run could do anything else
 */
public record MemoryStall(long some, long full) {
    private static final Pattern SOME = Figures.line("some .*\\btotal=(\\d{1,15})");
    private static final Pattern FULL = Figures.line("full .*\\btotal=(\\d{1,15})");

    /**
     * As it is now. Takes a part of a millisecond, and never blocks.
     *
     * @param proc where procfs is
     * @return null where the kernel does not tell: before Linux 4.20, built without PSI, or booted with it off
     */
    public static @Nullable MemoryStall read(Path proc) {
        return of(proc.resolve("pressure/memory"));
    }

    /** As {@link #read}, from the file itself: {@code memory.pressure} of a cgroup is one, too. */
    static @Nullable MemoryStall of(Path file) {
        String told;
        try {
            told = Figures.text(file);
        } catch (ErrnoException e) {
            return null;
        }
        OptionalLong some = Figures.first(SOME, told);
        OptionalLong full = Figures.first(FULL, told);
        return some.isPresent() && full.isPresent() ? new MemoryStall(some.getAsLong(), full.getAsLong()) : null;
    }
}
