package dev.watchdog.linux;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** What kernel same-page merging saves (Documentation/admin-guide/mm/ksm.rst). */
public final class SamePageMerging {
    private static final Pattern PAGES = Figures.line("(\\d{1,12})");

    private SamePageMerging() {}

    /**
     * Bytes that processes hold more than once: {@code pages_sharing} counts the places that share a page beyond the
     * first. They come back into use as soon as somebody writes to them. 0 where nothing is merged.
     */
    public static long saved(Path sys) {
        try {
            String pages = Figures.text(sys.resolve("kernel/mm/ksm/pages_sharing"));
            return Figures.first(PAGES, pages).orElse(0) * Libc.getpagesize();
        } catch (ErrnoException e) {
            return 0;
        }
    }
}
