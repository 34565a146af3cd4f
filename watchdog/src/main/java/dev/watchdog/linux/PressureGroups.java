package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for memory: {@code memory.pressure} of the control groups of the unified hierarchy, which has it beside the old
 * controllers as well (Linux 4.20 and newer, Documentation/accounting/psi.rst). Immutable.
 */
public final class PressureGroups {
    /** The part of the last ten seconds in which some task waited, per cent. */
    private static final Pattern LATELY = Pattern.compile("^some avg10=(\\d{1,3}\\.\\d{2}) ");

    /** A group's waits are its own, and not those of a group in it, when no child has this part of them. */
    private static final double MOST_OF_IT = 0.5;

    private static final int DEEPEST = 6;

    /** Groups that are looked at on each level: a host has some hundred containers. */
    private static final int MOST_CHILDREN = 512;

    private final @Nullable ControlGroupTree tree;

    private PressureGroups(@Nullable ControlGroupTree tree) {
        this.tree = tree;
    }

    /** Where they are mounted, by this process's own mounts; without the unified hierarchy nobody tells. Never fails. */
    public static PressureGroups find(Path proc) {
        try {
            return new PressureGroups(ControlGroupTree.find(proc, null));
        } catch (IOException e) {
            return new PressureGroups(null);
        }
    }

    /** The path of the control group that a process is in; empty for the root, and where it cannot be told. */
    public String pathOf(Path process) {
        try {
            return tree == null ? "" : tree.pathOf(process);
        } catch (IOException e) {
            return "";
        }
    }

    /** How long the tasks of a group have waited; null where nobody tells. */
    public @Nullable MemoryStall read(String path) {
        return tree == null ? null : MemoryStall.of(tree.directory(path).resolve("memory.pressure"));
    }

    /**
     * The path of the group whose tasks waited most within the last ten seconds, as far down as one group has most of
     * its parent's; empty when it is nobody's in particular. Fit for one line. Reads some hundred files: not for each look.
     */
    public String waitsMost() {
        String here = "";
        if (tree == null) {
            return here;
        }
        double waits = lately(tree.directory(here));
        for (int depth = 0; depth < DEEPEST && waits > 0; depth++) {
            Path most = null;
            double its = 0;
            try (DirectoryStream<Path> children = Files.newDirectoryStream(tree.directory(here), Files::isDirectory)) {
                int left = MOST_CHILDREN;
                for (Path child : children) {
                    double each = left-- > 0 ? lately(child) : 0;
                    if (each > its) {
                        most = child;
                        its = each;
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                return OneLine.of(here);
            }
            if (most == null || its < waits * MOST_OF_IT) {
                return OneLine.of(here);
            }
            here = here + "/" + most.getFileName();
            waits = its;
        }
        return OneLine.of(here);
    }

    private static double lately(Path group) {
        try {
            Matcher some = LATELY.matcher(Figures.text(group.resolve("memory.pressure")));
            return some.find() ? Double.parseDouble(some.group(1)) : 0;
        } catch (ErrnoException e) {
            return 0;
        }
    }
}
