package dev.watchdog.linux;

import java.nio.file.Path;

/**
 * Where the kernel's file systems are mounted.
 *
 * @param proc procfs
 * @param sys sysfs
 */
public record KernelFiles(Path proc, Path sys) {
    /** Of the host that this runs on. */
    public static final KernelFiles HOST = new KernelFiles(Path.of("/proc"), Path.of("/sys"));

    /** Both below one directory, for tests. */
    public static KernelFiles below(Path root) {
        return new KernelFiles(root.resolve("proc"), root.resolve("sys"));
    }
}
