package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The host's memory, in bytes, by proc_meminfo(5) and proc_vmstat(5).
 *
 * @param total what the kernel manages (MemTotal)
 * @param available what could be had without swapping (MemAvailable, Linux 3.14 and newer), and what ZFS can
 *     evict of its cache now, which the kernel does not count in; never more than the total
 * @param swappedOut since boot; only grows
 */
public record HostMemory(long total, long available, long swappedOut) {
    private static final Pattern TOTAL = Figures.line("MemTotal: +(\\d{1,15}) kB");
    private static final Pattern AVAILABLE = Figures.line("MemAvailable: +(\\d{1,15}) kB");
    /** In pages, of at most 64 KiB: two digits less. */
    private static final Pattern SWAPPED_OUT = Figures.line("pswpout (\\d{1,13})");

    private static final int KIB = 1024;

    /**
     * As it is now. Takes a part of a millisecond, and never blocks.
     *
     * @param proc where procfs is
     * @throws IOException a file that is always there is not, or is not understood: its message says which
     */
    public static HostMemory read(Path proc) throws IOException {
        Path meminfo = proc.resolve("meminfo");
        String told = Figures.text(meminfo);
        long total = KIB * needed(TOTAL, told, meminfo, "MemTotal");
        long available = KIB * needed(AVAILABLE, told, meminfo, "MemAvailable, which Linux has since 3.14");
        if (total == 0) {
            throw new IOException(meminfo + " tells of no memory at all");
        }
        Path vmstat = proc.resolve("vmstat");
        long pages = needed(SWAPPED_OUT, Figures.text(vmstat), vmstat, "pswpout");
        return new HostMemory(
                total,
                Math.min(total, available + AdaptiveReplacementCache.evictable(proc)),
                pages * Libc.getpagesize());
    }

    private static long needed(Pattern line, String text, Path file, String what) throws IOException {
        OptionalLong found = Figures.first(line, text);
        if (found.isEmpty()) {
            throw new IOException(file + " has no line that can be read for " + what);
        }
        return found.getAsLong();
    }
}
