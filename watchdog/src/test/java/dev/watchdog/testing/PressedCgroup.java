package dev.watchdog.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * Processes that wait for memory nearly all the time and harm nobody: in a small memory cgroup of their own they read a
 * huge file without content, so that for each page they read another has to go. Nothing touches the disk, nothing is
 * killed for lack of memory, and the machine sees the waits in {@code /proc/pressure/memory}.
 */
public final class PressedCgroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int READERS = 4;
    private static final long LIMIT = 32L << 20;
    private static final long HUGE = 256L << 30;

    private final Path cgroup;
    private final Path file;
    private final Path errors;
    private final List<Process> readers = new ArrayList<>();

    /** Starts the readers; the test is skipped where there is no memory controller to be had. */
    public PressedCgroup(Path directory) throws IOException {
        boolean old = Files.isDirectory(ROOT.resolve("memory"));
        Path controllers = ROOT.resolve("cgroup.subtree_control");
        boolean unified = Files.exists(controllers)
                && List.of(Files.readString(controllers).strip().split(" ", -1)).contains("memory");
        Assumptions.assumeTrue(old || unified, "skipped: no cgroup has the memory controller here");
        file = directory.resolve("huge");
        errors = directory.resolve("errors");
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(HUGE);
        }
        cgroup = Files.createDirectory((old ? ROOT.resolve("memory") : ROOT).resolve(name()));
        try {
            String limit = old ? "memory.limit_in_bytes" : "memory.max";
            Files.writeString(cgroup.resolve(limit), Long.toString(LIMIT));
            for (int i = 0; i < READERS; i++) {
                read();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A name for a cgroup that no other test of this machine has. */
    public static String name() {
        return "wd-pressed-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    }

    /** In the cgroup before its first page: what it read outside would be the machine's, and read again without a wait. */
    private void read() throws IOException {
        readers.add(new ProcessBuilder(
                        "sh",
                        "-ec",
                        "echo $$ >\"$1\"; exec dd if=\"$2\" of=/dev/null bs=1M",
                        "sh",
                        cgroup.resolve("cgroup.procs").toString(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start());
    }

    /** Its path, how its readers are, and what the kernel says of them and of the machine's waits for memory. */
    @Override
    public String toString() {
        StringBuilder all = new StringBuilder(cgroup.toString());
        readers.forEach(each -> all.append("\n").append(each));
        Stream.of(errors, Path.of("/proc/pressure/memory"), Path.of("/proc/loadavg"))
                .forEach(each -> tell(each, all));
        Stream.of(
                        "memory.usage_in_bytes",
                        "memory.failcnt",
                        "memory.oom_control",
                        "memory.current",
                        "memory.events",
                        "memory.pressure")
                .map(cgroup::resolve)
                .filter(Files::exists)
                .forEach(each -> tell(each, all));
        return all.toString();
    }

    private static void tell(Path file, StringBuilder into) {
        into.append('\n').append(file).append(": ");
        try {
            into.append(Files.readString(file).strip());
        } catch (IOException e) {
            into.append(e);
        }
    }

    @Override
    public void close() throws IOException {
        readers.forEach(Process::destroyForcibly);
        for (Process reader : readers) {
            reader.onExit().join();
        }
        Files.deleteIfExists(file);
        Files.deleteIfExists(errors);
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            Files.deleteIfExists(cgroup);
            return true;
        });
    }
}
