package dev.watchdog.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A control group with a memory limit, that a test puts processes of its own into. */
public final class LimitedGroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final boolean old;
    private final Path home;
    private final Path group;

    /** Makes it, without a limit; the test is skipped where there is no memory controller to be had. */
    public LimitedGroup() throws IOException {
        old = Files.isDirectory(ROOT.resolve("memory"));
        Path controllers = ROOT.resolve("cgroup.subtree_control");
        boolean unified = Files.exists(controllers)
                && List.of(Files.readString(controllers).strip().split(" ", -1)).contains("memory");
        Assumptions.assumeTrue(old || unified, "skipped: no cgroup has the memory controller here");
        home = old ? ROOT.resolve("memory") : ROOT;
        group = Files.createDirectory(home.resolve(PressedCgroup.name()));
    }

    /** Its path in the hierarchy. */
    public String path() {
        return "/" + group.getFileName();
    }

    /** What those in it may use. */
    public void limit(long bytes) throws IOException {
        Files.writeString(group.resolve(old ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
    }

    /** What they use. */
    public long used() throws IOException {
        return Long.parseLong(Files.readString(group.resolve(old ? "memory.usage_in_bytes" : "memory.current"))
                .strip());
    }

    /** Moves a process into it; what that has by then stays the other group's, what it and its children take is this one's. */
    public void take(long pid) throws IOException {
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** Moves a process out of it. */
    public void letGo(long pid) throws IOException {
        Files.writeString(home.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** Lets those go who are still in it, and removes it. */
    @Override
    public void close() throws IOException {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            letGo(Long.parseLong(pid));
        }
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            Files.deleteIfExists(group);
            return true;
        });
    }
}
