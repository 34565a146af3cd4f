package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of a busy processor the kernel's scheduler gives to a thread beside others, nice(2). */
public final class Niceness {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;

    private Niceness() {}

    /**
     * Of the calling thread and of those that are started from it after this: on Linux it is each thread's own.
     *
     * @param nice from -20, served first, to 19
     * @return false when that is not permitted, which to lower it takes CAP_SYS_NICE
     */
    public static boolean set(int nice) {
        return Libc.setpriority(PRIO_PROCESS, CALLER, nice) == 0;
    }

    /**
     * Of every thread that this process has, and of those that they start after this: the JVM's own as well, for all wait
     * while one of these collects garbage.
     *
     * @return false when that is not permitted
     */
    public static boolean setAll(int nice) throws IOException {
        boolean permitted = set(nice);
        if (permitted) {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path thread : threads) {
                    // one that has ended meanwhile wants nothing
                    int ignored = Libc.setpriority(
                            PRIO_PROCESS, Integer.parseInt(thread.getFileName().toString()), nice);
                }
            }
        }
        return permitted;
    }
}
