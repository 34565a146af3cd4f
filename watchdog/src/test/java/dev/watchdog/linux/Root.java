package dev.watchdog.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What the kernel tests share: the need for root, and a look at what this process holds. */
final class Root {
    private Root() {}

    static void needed() {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: kernel tests need root");
    }

    /** Mount namespaces this process stands in (any thread) or holds open (any descriptor). */
    static Set<String> namespacesHeld() throws IOException {
        Set<String> held = new TreeSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                addLink(held, task.resolve("ns/mnt"));
            }
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                addLink(held, link);
            }
        }
        return held;
    }

    static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    private static void addLink(Set<String> held, Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (target.startsWith("mnt:") || target.endsWith("/mountinfo") || target.contains("/ns/mnt")) {
                held.add(target);
            }
        } catch (IOException e) {
            // gone since it was listed
        }
    }
}
