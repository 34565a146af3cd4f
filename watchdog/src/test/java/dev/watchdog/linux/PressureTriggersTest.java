package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the kernel has no triggers; {@link PressureTriggersKernelIT} has real ones. */
class PressureTriggersTest {
    private static final PressureTrigger TRIGGER = new PressureTrigger(false, 150_000, 1_000_000);

    @TempDir
    Path directory;

    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    private final PressureListener listener = new PressureListener() {
        @Override
        public void pressed(PressureTrigger trigger) {
            told.add("pressed " + trigger);
        }

        @Override
        public void lost(PressureTrigger trigger, String why) {
            told.add("lost " + trigger);
        }
    };

    @Test
    void withoutPsiThereAreNone() throws Exception {
        Root.keepsNothing(() -> {
            try (PressureTriggers triggers = new PressureTriggers(directory.resolve("none"), listener)) {
                assertThat(triggers.watch(TRIGGER)).isFalse();
            }
            try (PressureTriggers triggers = new PressureTriggers(directory, listener)) {
                assertThat(triggers.watch(TRIGGER)).isFalse();
            }
        });
        assertThat(told).isEmpty();
        assertThat(threads()).isZero();
    }

    /** Like PSI that is turned off, /dev/full can be opened and refuses what is written. */
    @Test
    void aKernelThatRefusesTheTriggerHasNone() throws Exception {
        Root.keepsNothing(() -> {
            try (PressureTriggers triggers = new PressureTriggers(Path.of("/dev/full"), listener)) {
                assertThat(triggers.watch(TRIGGER)).isFalse();
            }
        });
        assertThat(told).isEmpty();
        assertThat(threads()).isZero();
    }

    @Test
    void isWrittenAsTheKernelWantsIt() throws IOException {
        Path file = Files.createFile(directory.resolve("memory"));
        try (PressureTriggers triggers = new PressureTriggers(file, listener)) {
            assertThat(triggers.watch(new PressureTrigger(true, 50_000, 1_000_000)))
                    .isTrue();
            assertThat(Files.readString(file)).isEqualTo("full 50000 1000000\0");
        }
        assertThat(told).isEmpty();
    }

    @Test
    void setTwiceIsSetOnceAndAfterTheEndNever() throws Exception {
        Path file = Files.createFile(directory.resolve("memory"));
        Root.keepsNothing(() -> {
            PressureTriggers triggers = new PressureTriggers(file, listener);
            for (int i = 0; i < 10; i++) {
                assertThat(triggers.watch(TRIGGER)).isTrue();
            }
            assertThat(opened(file)).isEqualTo(1);
            triggers.close();
            triggers.close();
            assertThat(opened(file)).isZero();
            assertThat(triggers.watch(TRIGGER)).isFalse();
        });
        assertThat(threads()).isZero();
    }

    private static long opened(Path file) throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> leadsTo(each, file)).count();
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false; // gone since it was listed
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("pressure-watch"))
                .count();
    }

    @Test
    void onlyWhatTheKernelTakesCanBeWished() {
        assertThat(new PressureTrigger(true, 1, 500_000)).hasToString("full 1 500000");
        assertThat(new PressureTrigger(false, 10_000_000, 10_000_000)).hasToString("some 10000000 10000000");
        assertThatThrownBy(() -> new PressureTrigger(true, 1, 499_999)).hasMessageContaining("499999");
        assertThatThrownBy(() -> new PressureTrigger(true, 1, 10_000_001)).hasMessageContaining("10000001");
        assertThatThrownBy(() -> new PressureTrigger(true, 0, 500_000)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> new PressureTrigger(true, 500_001, 500_000)).hasMessageContaining("500001");
    }
}
