package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@NeedsRoot
class NicenessKernelIT {
    /** Field 19 of proc_pid_stat(5), told from behind the name, which may hold blanks. */
    private static String own() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                    .get(16);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void isOfTheThreadAndOfThoseItStartsAndOfNoOther() throws Exception {
        List<String> seen = new ArrayList<>();
        Thread parent = new Thread(() -> {
            seen.add("" + Niceness.set(-7));
            seen.add(own());
            Thread child = new Thread(() -> seen.add(own()));
            child.start();
            try {
                child.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String before = own();
        parent.start();
        parent.join();
        assertThat(seen).containsExactly("true", "-7", "-7");
        assertThat(own()).isEqualTo(before);
    }

    @Test
    void canBeThatOfEveryThreadThatThereIs() {
        Programs.Ran ran = Programs.run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Djna.nosys=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NiceThreads.class.getName())
                .orFail();
        // the JVM's own are some fifteen; the first one only waits for the end
        assertThat(ran.out().strip()).matches("-3 \\d\\d");
    }
}
