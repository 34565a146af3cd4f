package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** What the kernel tests share: a look at what this process holds. */
final class Root {
    private Root() {}

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

    interface Work {
        void run() throws Exception;
    }

    /**
     * That the work keeps no descriptor. The JVM opens and closes some of its own at any time, so no single count is
     * exact: ten runs after a first one must not leave eight, and would leave ten if each kept only one.
     */
    static void keepsNothing(Work work) throws Exception {
        work.run();
        long before = descriptors();
        for (int i = 0; i < 10; i++) {
            work.run();
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 8));
    }

    private static long descriptors() throws IOException {
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
