package dev.watchdog.linux;

import java.nio.file.Path;

/**
 * Where the kernel's file systems are mounted, and where daemons keep what lasts until the next boot.
 *
 * @param proc procfs
 * @param sys sysfs
 * @param run of pid files and sockets
 */
public record KernelFiles(Path proc, Path sys, Path run) {
    /** Of the host that this runs on. */
    public static final KernelFiles HOST = new KernelFiles(Path.of("/proc"), Path.of("/sys"), Path.of("/run"));

    /** All below one directory, for tests. */
    public static KernelFiles below(Path root) {
        return new KernelFiles(root.resolve("proc"), root.resolve("sys"), root.resolve("run"));
    }
}
