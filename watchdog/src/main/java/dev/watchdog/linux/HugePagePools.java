package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is set aside for huge pages: memory within MemTotal that nobody but their users can have
 * (Documentation/admin-guide/mm/hugetlbpage.rst). Every page size has a pool of its own, of which
 * {@code HugePages_Total} of meminfo tells the default one only.
 */
public final class HugePagePools {
    private static final Pattern POOL = Pattern.compile("hugepages-(\\d{1,10})kB");
    private static final Pattern PAGES = Figures.line("(\\d{1,12})");
    private static final int KIB = 1024;

    /** The 52 bits of an x86 physical address. */
    private static final double MOST = 1L << 52;

    private HugePagePools() {}

    /** Bytes in all pools of the host, in use or not. Takes a part of a millisecond. 0 where there are none. */
    public static long total(Path sys) {
        return below(sys.resolve("kernel/mm/hugepages"));
    }

    /** The same of one NUMA node, by its directory in sysfs. */
    static long ofNode(Path node) {
        return below(node.resolve("hugepages"));
    }

    private static long below(Path pools) {
        long bytes = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(pools, "hugepages-*")) {
            for (Path pool : all) {
                Matcher size = POOL.matcher(pool.getFileName().toString());
                if (size.matches()) {
                    bytes += bytes(Long.parseLong(size.group(1)), pages(pool));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // a kernel without huge pages
            return bytes;
        }
        return bytes;
    }

    /** Nonsense that no machine holds does not wrap around. */
    private static long bytes(long pageKib, long pages) {
        return (long) Math.min(MOST, (double) KIB * pageKib * pages);
    }

    private static long pages(Path pool) throws ErrnoException {
        OptionalLong pages = Figures.first(PAGES, Figures.text(pool.resolve("nr_hugepages")));
        return pages.orElse(0);
    }
}
