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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds processes by the value that follows an option on their command line. Command lines are the processes' own claims:
 * anybody can start one that looks like another. Reading one can block on a process that is stuck in its own memory: ask on
 * a thread that nothing else waits for.
 */
public final class ProcessSearch {
    /** libvirt gives QEMU its guest's UUID within the first few KiB. */
    private static final int COMMAND_LINE_BYTES = 1 << 16;

    /** The users stand in the first lines of a status file, which may go on for long. */
    private static final int STATUS_BYTES = 4096;

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
     * What a process claims, and who claims it.
     *
     * @param value what follows the first such option on its command line; empty when there is none
     * @param user who started it, by its real user id, which no setuid program changes; -1 when that cannot be read
     */
    public record Claim(Found process, String value, int user) {}

    /** Of one process; null when it has gone. */
    public static @Nullable Claim claim(Path proc, int pid, String option) {
        Path process = proc.resolve(Integer.toString(pid));
        String value = value(process, option);
        return value == null ? null : claim(process, value);
    }

    private static @Nullable Claim claim(Path process, String value) {
        try {
            return new Claim(new Found(process, started(process)), value, user(process));
        } catch (IOException e) {
            // gone since its command line was read
            return null;
        }
    }

    /**
     * Every process that has one of these values after the option.
     *
     * @param named looks only at processes whose name (comm) holds this; empty: at all
     * @param counts those that it is false for are passed over
     * @return by value; none for one that more than {@value #MOST_CLAIMS} have
     * @throws IOException if the processes cannot be listed, or are too many
     */
    public static Map<String, List<Found>> byOption(
            Path proc, String named, String option, Set<String> values, Predicate<Claim> counts) throws IOException {
        Map<String, List<Found>> found = new HashMap<>();
        for (int pid : Processes.all(proc, Processes.MOST_PROCESSES)) {
            Path process = proc.resolve(Integer.toString(pid));
            String value = named.isEmpty() || name(process).contains(named) ? value(process, option) : null;
            Claim claim = value != null && values.contains(value) ? claim(process, value) : null;
            if (claim != null && counts.test(claim)) {
                List<Found> claims = found.computeIfAbsent(claim.value(), key -> new ArrayList<>());
                if (claims.size() <= MOST_CLAIMS) {
                    claims.add(claim.process());
                }
            }
        }
        found.values().removeIf(claims -> claims.size() > MOST_CLAIMS);
        return found;
    }

    private static String name(Path process) {
        try {
            return Figures.text(process.resolve("comm"));
        } catch (ErrnoException e) {
            return "";
        }
    }

    /** What follows the first such option; empty if there is none, null if the process has gone. */
    private static @Nullable String value(Path process, String option) {
        String line;
        try {
            line = beginning(process.resolve("cmdline"), COMMAND_LINE_BYTES);
        } catch (IOException e) {
            return null;
        }
        String[] arguments = line.split("\0", -1);
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals(option)) {
                return arguments[i + 1];
            }
        }
        return "";
    }

    private static int user(Path process) {
        try {
            return ProcessFacts.uids(beginning(process.resolve("status"), STATUS_BYTES))
                    .get(0);
        } catch (IOException e) {
            return -1;
        }
    }

    private static String beginning(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most);
            return PathBytes.decode(bytes, 0, bytes.length);
        }
    }

    private static long started(Path process) throws IOException {
        return Long.parseLong(Processes.statField(Figures.text(process.resolve("stat")), 22));
    }
}
