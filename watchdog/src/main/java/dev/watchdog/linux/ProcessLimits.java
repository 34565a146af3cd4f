package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How much of what the kernel allows this process is left. Reads a few small files of procfs and cgroupfs; any thread. */
public final class ProcessLimits {
    private static final String OPEN_FILES = "Max open files";
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private ProcessLimits() {}

    /**
     * What is left of something.
     *
     * @param limit as it is now; {@code Long.MAX_VALUE} for none
     */
    public record Headroom(long left, long limit) {}

    /** Descriptors: RLIMIT_NOFILE, which the JVM raises from the soft to the hard limit when it starts. */
    public static Headroom descriptors() throws IOException {
        long limit;
        try {
            limit = openFiles(Files.readAllLines(Path.of("/proc/self/limits")));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new Headroom(0, 0); // EMFILE
        }
        long open = -1; // the one that lists them
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path ignored : all) {
                open++;
            }
        } catch (IOException e) {
            return new Headroom(0, limit);
        }
        return new Headroom(Math.max(0, limit - open), limit);
    }

    /** The soft limit, from the lines of /proc/self/limits, proc(5). */
    static long openFiles(List<String> limits) throws IOException {
        for (String line : limits) {
            if (line.startsWith(OPEN_FILES)) {
                String soft = line.substring(OPEN_FILES.length()).strip().split("\\s+", 2)[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        throw new IOException("/proc/self/limits does not tell how many files may be open");
    }

    /** Threads: pids.max of the cgroup and of those above it, cgroups(7); empty where none limits them. */
    public static Optional<Headroom> threads() throws IOException {
        Optional<Headroom> least = Optional.empty();
        for (Path at = cgroup(Files.readAllLines(Path.of("/proc/self/cgroup")), CGROUPS);
                at != null && at.startsWith(CGROUPS);
                at = at.getParent()) {
            Path max = at.resolve("pids.max");
            if (!Files.exists(max)) {
                continue;
            }
            String text = Files.readString(max).strip();
            if (!text.equals("max")) {
                long limit = Long.parseLong(text);
                long current = Long.parseLong(
                        Files.readString(at.resolve("pids.current")).strip());
                Headroom here = new Headroom(Math.max(0, limit - current), limit);
                least = least.filter(known -> known.left() <= here.left()).or(() -> Optional.of(here));
            }
        }
        return least;
    }

    /** Where the cgroup of the lines of /proc/self/cgroup is mounted: version 2, or the hierarchy of pids of version 1. */
    static Path cgroup(List<String> lines, Path mount) {
        for (String line : lines) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("pids")) {
                return mount.resolve("pids").resolve(parts[2].substring(1)).normalize();
            }
        }
        for (String line : lines) {
            if (line.startsWith("0::/")) {
                return mount.resolve(line.substring("0::/".length())).normalize();
            }
        }
        return mount;
    }
}
