package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of one process's memory (proc_pid_status(5)). Bytes; 0 for what an older kernel does not tell.
 *
 * @param files resident pages of mapped files, but for those in memory (RssFile, Linux 4.5)
 * @param locked pages that may not be swapped or moved, as by mlock and by VFIO (VmLck)
 * @param pinned pages that a device may write to (VmPin, Linux 3.2)
 * @param hugePages in pages of a pool of huge pages, which its resident size does not count (HugetlbPages, Linux 4.4)
 * @param nodes the NUMA nodes that its control group lets it have memory of; empty when it is not told
 */
public record ProcessMemory(long files, long locked, long pinned, long hugePages, Set<Integer> nodes) {
    private static final int KIB = 1024;
    private static final Pattern FILES = size("RssFile");
    private static final Pattern LOCKED = size("VmLck");
    private static final Pattern PINNED = size("VmPin");
    private static final Pattern HUGE_PAGES = size("HugetlbPages");
    private static final Pattern NODES =
            Pattern.compile("^Mems_allowed_list:\\s+([0-9,-]{1,400})$", Pattern.MULTILINE | Pattern.UNIX_LINES);

    /**
     * As it is now.
     *
     * @param process its directory in procfs
     * @throws IOException it has gone
     */
    public static ProcessMemory read(Path process) throws IOException {
        String status = Figures.text(process.resolve("status"));
        Matcher nodes = NODES.matcher(status);
        return new ProcessMemory(
                bytes(FILES, status),
                bytes(LOCKED, status),
                bytes(PINNED, status),
                bytes(HUGE_PAGES, status),
                nodes.find() ? NumberList.parse(nodes.group(1)) : Set.of());
    }

    private static Pattern size(String name) {
        return Figures.line(name + ":\\s+(\\d{1,15}) kB");
    }

    private static long bytes(Pattern line, String status) {
        return KIB * Figures.first(line, status).orElse(0);
    }
}
