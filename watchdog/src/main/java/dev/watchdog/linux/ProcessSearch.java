package dev.watchdog.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds processes by the value that follows an option on their command line. Command lines are the processes' own claims:
 * anybody can start one that looks like another. Reading one can block on a process that is stuck in its own memory: ask on
 * a thread that nothing else waits for.
 */
public final class ProcessSearch {
    /** libvirt gives QEMU its guest's UUID within the first few KiB. */
    private static final int COMMAND_LINE_BYTES = 1 << 16;

    /** Processes for one value that are told of: of a value that more have nothing is told, for any may be the true one. */
    private static final int MOST_CLAIMS = 8;

    private ProcessSearch() {}

    /**
     * A process that was found.
     *
     * @param directory in procfs
     * @param startTime clock ticks from boot to its start: with the pid it names a process within one boot
     */
    public record Found(Path directory, long startTime) {
        /** Whether it is still this one. */
        public boolean lives() {
            try {
                return startTime == started(directory);
            } catch (IOException e) {
                return false;
            }
        }
    }

    /**
     * Every process that has one of these values after the option.
     *
     * @param named looks only at processes whose name (comm) holds this; empty: at all
     * @return by value; none for one that more than {@value #MOST_CLAIMS} have
     * @throws IOException if the processes cannot be listed, or are too many
     */
    public static Map<String, List<Found>> byOption(Path proc, String named, String option, Set<String> values)
            throws IOException {
        Map<String, List<Found>> found = new HashMap<>();
        for (int pid : Processes.all(proc, Processes.MOST_PROCESSES)) {
            Path process = proc.resolve(Integer.toString(pid));
            String value = named.isEmpty() || name(process).contains(named) ? value(process, option) : null;
            if (value != null && values.contains(value)) {
                List<Found> claims = found.computeIfAbsent(value, key -> new ArrayList<>());
                Found claim = found(process);
                if (claim != null && claims.size() <= MOST_CLAIMS) {
                    claims.add(claim);
                }
            }
        }
        found.values().removeIf(claims -> claims.size() > MOST_CLAIMS);
        return found;
    }

    private static @Nullable Found found(Path process) {
        try {
            return new Found(process, started(process));
        } catch (IOException e) {
            // gone since its command line was read
            return null;
        }
    }

    private static String name(Path process) {
        try {
            return Figures.text(process.resolve("comm"));
        } catch (ErrnoException e) {
            return "";
        }
    }

    /** What follows the first such option; null if there is none, or the process has gone. */
    private static @Nullable String value(Path process, String option) {
        byte[] line;
        try (InputStream file = Files.newInputStream(process.resolve("cmdline"))) {
            line = file.readNBytes(COMMAND_LINE_BYTES);
        } catch (IOException e) {
            return null;
        }
        String[] arguments = PathBytes.decode(line, 0, line.length).split("\0", -1);
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals(option)) {
                return arguments[i + 1];
            }
        }
        return null;
    }

    private static long started(Path process) throws IOException {
        return Long.parseLong(Processes.statField(Figures.text(process.resolve("stat")), 22));
    }
}
