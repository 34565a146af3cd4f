package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.PressedCgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class PressureTriggersKernelIT {
    private static final long PATIENCE_SECONDS = 90;
    private static final Path HOST = Path.of("/proc/pressure/memory");
    /** Of two seconds: the shortest that root without CAP_SYS_RESOURCE can set, as on build machines. */
    private static final PressureTrigger SOME = new PressureTrigger(false, 300_000, 2_000_000);

    private static final PressureTrigger LEAST = new PressureTrigger(false, 1_000, 2_000_000);
    private static final PressureTrigger MOST = new PressureTrigger(false, 10_000_000, 10_000_000);
    private static final PressureTrigger NEVER = new PressureTrigger(true, 10_000_000, 10_000_000);

    private record Told(PressureTrigger trigger, String lost, String thread) {}

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();

    private final PressureListener listener = new PressureListener() {
        @Override
        public void pressed(PressureTrigger trigger) {
            told.add(new Told(trigger, "", Thread.currentThread().getName()));
        }

        @Override
        public void lost(PressureTrigger trigger, String why) {
            told.add(new Told(trigger, why, Thread.currentThread().getName()));
        }
    };

    @TempDir
    Path directory;

    private static void psiNeeded() {
        assumeTrue(Files.exists(HOST), "skipped: this kernel has no PSI, or it is off (psi=1)");
    }

    @Test
    void tellsWhileTasksWaitForMemory() throws Exception {
        psiNeeded();
        try (PressureTriggers triggers = new PressureTriggers(HOST, listener)) {
            assertThat(triggers.watch(SOME)).isTrue();
            assertThat(triggers.watch(NEVER)).isTrue();
            MemoryStall before = stall();
            try (PressedCgroup pressed = new PressedCgroup(directory)) {
                for (int i = 0; i < 2; i++) {
                    assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                            .as("told of %s", pressed)
                            .isEqualTo(new Told(SOME, "", "pressure-watch"));
                }
            }
            assertThat(stall().some() - before.some()).isGreaterThan(300_000);
        }
    }

    private static MemoryStall stall() {
        MemoryStall now = MemoryStall.read(Path.of("/proc"));
        assertThat(now).isNotNull();
        return now;
    }

    /**
     * A kernel that gives no CAP_SYS_RESOURCE counts from boot. Of two triggers it looks at the newer one first, so the
     * older one's second alarm comes after the newer one's first.
     */
    @Test
    void tellsNothingOfWaitsBeforeItWasSet() throws Exception {
        psiNeeded();
        try (PressedCgroup pressed = new PressedCgroup(directory)) {
            await(pressed.toString())
                    .atMost(Duration.ofSeconds(2 * PATIENCE_SECONDS))
                    .until(() -> stall().some() > MOST.stallMicros());
        }
        try (PressureTriggers triggers = new PressureTriggers(HOST, listener)) {
            MemoryStall before = stall();
            assertThat(triggers.watch(LEAST)).isTrue();
            assertThat(triggers.watch(MOST)).isTrue();
            List<Told> heard = new ArrayList<>();
            try (PressedCgroup pressed = new PressedCgroup(directory)) {
                while (heard.stream()
                                .filter(each -> each.trigger().equals(LEAST))
                                .count()
                        < 2) {
                    Told next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(next).as("told of %s", pressed).isNotNull();
                    heard.add(next);
                }
            }
            long waited = stall().some() - before.some();
            assertThat(heard)
                    .as("%s microseconds waited", waited)
                    .noneMatch(each -> each.trigger().stallMicros() > waited);
        }
    }

    /** What the kernel ends is told once, and the other triggers go on. */
    @Test
    void tellsWhenItsCgroupHasGone() throws Exception {
        psiNeeded();
        Path root = unified();
        Path cgroup = Files.createDirectory(root.resolve(PressedCgroup.name()));
        Path file = cgroup.resolve("memory.pressure");
        try (PressureTriggers triggers = new PressureTriggers(file, listener)) {
            boolean watched = triggers.watch(NEVER) && triggers.watch(LEAST);
            assertThat(watched).isTrue();
            Files.delete(cgroup);
            Told first = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Told second = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(Stream.of(first, second).map(Told::trigger)).containsExactlyInAnyOrder(NEVER, LEAST);
            assertThat(Stream.of(first, second).map(Told::lost))
                    .containsOnly("the kernel has ended the trigger of " + file);
            assertThat(triggers.watch(LEAST)).isFalse();
            assertThat(told.poll(300, TimeUnit.MILLISECONDS)).isNull();
        } finally {
            Files.deleteIfExists(cgroup);
        }
    }

    private static Path unified() {
        Path hybrid = Path.of("/sys/fs/cgroup/unified");
        Path root = Files.isDirectory(hybrid) ? hybrid : Path.of("/sys/fs/cgroup");
        assumeTrue(Files.exists(root.resolve("cgroup.controllers")), "skipped: there is no cgroup v2 here");
        return root;
    }

    @Test
    void keepsNothing() throws Exception {
        psiNeeded();
        Root.keepsNothing(() -> {
            try (PressureTriggers triggers = new PressureTriggers(HOST, listener)) {
                assertThat(triggers.watch(SOME)).isTrue();
                assertThat(triggers.watch(NEVER)).isTrue();
            }
        });
        assertThat(leftThreads()).isZero();
    }

    private static long leftThreads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(PressureTriggersKernelIT::isOurs).count();
        }
    }

    private static boolean isOurs(Path task) {
        try {
            return Files.readString(task.resolve("comm")).startsWith("pressure-watch");
        } catch (IOException e) {
            return false; // ended since it was listed
        }
    }
}
