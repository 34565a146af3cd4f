package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Sets the nice value of all its threads to -3, and prints those that they have, and how many they are. */
public final class NiceThreads {
    private static final int NICE_FIELD = 16;

    private NiceThreads() {}

    public static void main(String[] arguments) throws IOException {
        if (!Niceness.setAll(-3)) {
            throw new IllegalStateException("not permitted");
        }
        Set<String> values = new TreeSet<>();
        int count = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                values.add(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE_FIELD]);
                count++;
            }
        }
        System.out.println(String.join(",", values) + " " + count);
    }
}
