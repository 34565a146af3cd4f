package dev.watchdog.testing;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int READERS = 4;
    private static final long LIMIT = 32L << 20;
    private static final long HUGE = 256L << 30;

    private final Path cgroup;
    private final Path file;
    private final List<Process> readers = new ArrayList<>();

    /** Starts the readers; the test is skipped where there is no memory controller to be had. */
    public PressedCgroup(Path directory) throws IOException {
        boolean old = Files.isDirectory(ROOT.resolve("memory"));
        Path controllers = ROOT.resolve("cgroup.subtree_control");
        boolean unified = Files.exists(controllers)
                && List.of(Files.readString(controllers).strip().split(" ", -1)).contains("memory");
        Assumptions.assumeTrue(old || unified, "skipped: no cgroup has the memory controller here");
        file = directory.resolve("huge");
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

    private void read() throws IOException {
        Process reader = new ProcessBuilder("dd", "if=" + file, "of=/dev/null", "bs=1M")
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        readers.add(reader);
        Files.writeString(cgroup.resolve("cgroup.procs"), Long.toString(reader.pid()));
    }

    @Override
    public String toString() {
        return cgroup.toString();
    }

    @Override
    public void close() throws IOException {
        readers.forEach(Process::destroyForcibly);
        for (Process reader : readers) {
            reader.onExit().join();
        }
        Files.deleteIfExists(file);
        Awaitility.await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            Files.deleteIfExists(cgroup);
            return true;
        });
    }
}
