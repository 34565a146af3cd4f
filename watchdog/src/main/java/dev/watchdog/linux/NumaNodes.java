package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** The memory of NUMA nodes (Documentation/ABI/stable/sysfs-devices-node). */
public final class NumaNodes {
    private static final int KIB = 1024;
    private static final Pattern TOTAL = field("MemTotal");
    private static final Pattern FREE = field("MemFree");
    private static final Pattern ACTIVE_FILES = field("Active\\(file\\)");
    private static final Pattern INACTIVE_FILES = field("Inactive\\(file\\)");

    private NumaNodes() {}

    /**
     * What some nodes have together. Bytes.
     *
     * @param total without their pools of huge pages
     * @param used neither free nor page cache nor huge pages
     */
    public record Memory(long total, long used) {}

    private static Pattern field(String name) {
        return Figures.line("Node \\d{1,4} " + name + ": +(\\d{1,15}) kB");
    }

    /** The nodes that have memory; empty where the kernel does not tell, as without NUMA. */
    public static Set<Integer> withMemory(Path sys) {
        try {
            return NumberList.parse(Figures.text(nodes(sys).resolve("has_memory")));
        } catch (ErrnoException e) {
            return Set.of();
        }
    }

    /**
     * As it is now.
     *
     * @throws IOException a node is not there, or does not tell
     */
    public static Memory read(Path sys, Set<Integer> nodes) throws IOException {
        long total = 0;
        long used = 0;
        for (int each : nodes) {
            Path node = nodes(sys).resolve("node" + each);
            String text = Figures.text(node.resolve("meminfo"));
            long all = number(TOTAL, text, node) - HugePagePools.ofNode(node);
            total += all;
            used += all
                    - number(FREE, text, node)
                    - number(ACTIVE_FILES, text, node)
                    - number(INACTIVE_FILES, text, node);
        }
        return new Memory(Math.max(0, total), Math.max(0, used));
    }

    private static Path nodes(Path sys) {
        return sys.resolve("devices/system/node");
    }

    private static long number(Pattern line, String text, Path node) throws IOException {
        OptionalLong found = Figures.first(line, text);
        if (found.isEmpty()) {
            throw new IOException(node + "/meminfo does not tell of its memory");
        }
        return KIB * found.getAsLong();
    }
}
