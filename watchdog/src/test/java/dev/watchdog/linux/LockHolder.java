package dev.watchdog.linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that holds a lock (fcntl) on the first byte of a file until its input ends. */
final class LockHolder implements AutoCloseable {
    private final Process process;

    private LockHolder(Process process) {
        this.process = process;
    }

    /**
     * Starts it, and waits until it holds the lock.
     *
     * @param before what it is run by, such as unshare
     */
    static LockHolder of(Path file, boolean shared, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                LockHolder.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath(),
                LockHolder.class.getName(),
                file.toString(),
                Boolean.toString(shared)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        LockHolder holder = new LockHolder(process);
        if (!"locked".equals(process.inputReader().readLine())) {
            holder.close();
            throw new AssertionError("it did not get the lock on " + file);
        }
        return holder;
    }

    /** As seen from here; of the one that it is run by, its only child. */
    int pid() {
        return Math.toIntExact(
                process.children().map(ProcessHandle::pid).findFirst().orElse(process.pid()));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    /** Runs in that process. */
    public static void main(String[] arguments) throws IOException {
        boolean shared = Boolean.parseBoolean(arguments[1]);
        try (RandomAccessFile file = new RandomAccessFile(arguments[0], shared ? "r" : "rw");
                FileLock lock = file.getChannel().lock(0, 1, shared)) {
            System.out.println(lock.isValid() ? "locked" : "not locked");
            int ignored = System.in.read();
        }
    }
}
