package dev.watchdog.docker;

import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The mount namespace that those of a private engine's daemons are slaves of, as the host's is of systemd's with
 * MountFlags=slave. A process that does nothing holds it open.
 */
final class MasterNamespace {
    private final Path directory;
    private final EngineProcesses processes;
    private long holder;

    MasterNamespace(Path directory, EngineProcesses processes) {
        this.directory = directory;
        this.processes = processes;
    }

    boolean isOpen() {
        return holder != 0;
    }

    void open() {
        // does nothing, under a name by which it is found if this JVM dies
        String idle = directory + "/daemon.json";
        holder = processes
                .spawn("master", List.of("unshare", "-m", "--propagation", "private", "tail", "--follow", idle))
                .pid();
        String home = Programs.run("readlink", "/proc/self/ns/mnt").text();
        processes.until(() ->
                !Programs.run("readlink", "/proc/" + holder + "/ns/mnt").text().equals(home));
    }

    /** What comes before a command that is to run in it. */
    List<String> entering() {
        return List.of("nsenter", "-t", "" + holder, "-m");
    }

    void run(String... command) {
        Programs.run(Stream.concat(entering().stream(), Stream.of(command)).toArray(String[]::new))
                .orFail();
    }

    /** For {@code --userns-remap=daemon:daemon}: the machine's own files stay as they are. */
    void remap() {
        try {
            Path ids = Files.writeString(directory.resolve("subordinate-ids"), "daemon:100000:65536\n");
            for (String file : List.of("/etc/subuid", "/etc/subgid")) {
                if (Files.exists(Path.of(file))) {
                    run("mount", "--bind", ids.toString(), file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends who holds it, which has nothing of ours on its command line by which it would be found. */
    void close() {
        if (isOpen()) {
            ProcessHandle.of(holder).ifPresent(ProcessHandle::destroyForcibly);
            await().atMost(EngineProcesses.READY)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> ProcessHandle.of(holder).isEmpty());
        }
    }
}
