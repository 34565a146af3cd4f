package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class MountEventsKernelIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Path QUEUE = Path.of("/proc/sys/fs/fanotify/max_queued_events");

    private final Heard heard = new Heard();
    private MountEvents events;

    /** What was told, as words. */
    private static final class Heard implements MountEventsListener {
        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void detached(long namespace, long mountId, Moment at) {
            told.add("detached " + mountId + " in " + namespace);
        }

        @Override
        public void changed(long namespace, Moment at) {
            told.add("changed " + namespace);
        }

        @Override
        public void missed(long namespace, Moment at) {
            told.add("missed " + namespace);
        }

        @Override
        public void deaf(long namespace, Moment at) {
            told.add("deaf " + namespace);
        }
    }

    /** Holds up the thread that tells it of a change until it is released. */
    private static final class HeldUp implements MountEventsListener {
        private final CountDownLatch busy = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void changed(long namespace, Moment at) {
            busy.countDown();
            try {
                boolean ignored = release.await(SOON.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void detached(long namespace, long mountId, Moment at) {}

        @Override
        public void missed(long namespace, Moment at) {}

        @Override
        public void deaf(long namespace, Moment at) {}
    }

    @BeforeEach
    void open() throws IOException {
        events = new MountEvents(SystemClock.open());
        assumeTrue(events.unavailable() == null, "skipped: " + events.unavailable());
    }

    @AfterEach
    void close() {
        events.close();
    }

    private static long mount(int pid, String path) throws IOException {
        try (Pidfd process = Pidfd.open(pid);
                RootView view = RootView.of(process)) {
            return UniqueMountId.of(view, path);
        }
    }

    /** Runs a shell script in the runner's namespace; {@code $1} is the path. */
    private static void inRunner(PretendContainer container, String script, String path) {
        Programs.run("nsenter", "-m", "-t", "" + container.runner(), "sh", "-c", script, "sh", path)
                .orFail();
    }

    private MountDeed detached(long namespace, long mount) {
        Attribution who = events.whoDetached(namespace, mount, SOON);
        assertThat(who).isInstanceOf(Attribution.Known.class);
        return ((Attribution.Known) who).deed();
    }

    @Test
    void namesTheProgramThatUnmountsAndItsParent() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            long mount = mount(container.runner(), container.rootfs());
            assertThat(mount).isGreaterThan(Integer.MAX_VALUE);
            events.expect(mount);
            // the shell waits for it, so the parent is there to be named
            inRunner(container, "umount -n -i \"$1\"; true", container.rootfs());
            MountDeed deed = detached(namespace, mount);
            assertThat(deed.detached()).isTrue();
            assertThat(deed.namespace()).isEqualTo(namespace);
            assertThat(deed.pid()).isGreaterThan(1);
            // a busy machine may be too late for the rest, and then says so
            if (deed.by().name() != null) {
                assertThat(deed.by().name()).isEqualTo("umount");
                assertThat(deed.by().parent()).isGreaterThan(1);
            }
        }
    }

    @Test
    void tellsOfTheMountThatWasExpectedByItsIdAndOfOthersThatSomethingChanged() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            assertThat(events.watch(container.runner(), namespace, heard)).isTrue();
            long mount = mount(container.runner(), container.rootfs());
            events.expect(mount);
            container.cover();
            await().atMost(SOON).until(() -> heard.told.contains("changed " + namespace));
            assertThat(heard.told).noneMatch(line -> line.startsWith("detached"));
            // the cover first
            container.loseMount(false);
            container.loseMount(false);
            await().atMost(SOON).until(() -> heard.told.contains("detached " + mount + " in " + namespace));
        }
    }

    @Test
    void aMoveToAnotherPlaceIsALossAsWell() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            long mount = mount(container.runner(), container.rootfs());
            events.expect(mount);
            inRunner(
                    container,
                    "mkdir -p \"$1/../elsewhere\"; exec mount --move \"$1\" \"$1/../elsewhere\"",
                    container.rootfs());
            await().atMost(SOON).until(() -> heard.told.contains("detached " + mount + " in " + namespace));
        }
    }

    @Test
    void namesWhoLivesOnWhole() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            long mount = mount(container.runner(), container.rootfs());
            events.expect(mount);
            container.loseMount(false);
            MountDeed deed = detached(namespace, mount);
            int self = (int) ProcessHandle.current().pid();
            assertThat(deed.pid()).isEqualTo(self);
            assertThat(deed.by()).isEqualTo(ProcessClaims.of(self));
        }
    }

    @Test
    void namesWhoRemovesTheDirectoryFromAnotherNamespace() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            long second = Processes.mountNamespace(container.second());
            events.watch(container.second(), second, heard);
            long mount = mount(container.second(), container.rootfs());
            events.expect(mount);
            inRunner(container, "umount \"$1\" && exec rmdir \"$1\"", container.rootfs());
            MountDeed deed = detached(second, mount);
            if (deed.by().name() != null) {
                assertThat(deed.by().name()).isEqualTo("rmdir");
            }
        }
    }

    @Test
    void ofAMountNobodyAskedAboutTheNumberIsKeptAndTheRestLookedUpLater() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            container.cover();
            long cover = mount(container.runner(), container.rootfs());
            await().atMost(SOON).until(() -> events.whoAttached(namespace, cover) instanceof Attribution.Known);
            Attribution.Known known = (Attribution.Known) events.whoAttached(namespace, cover);
            assertThat(known.deed().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(known.deed().by().name()).isNotNull();
        }
    }

    @Test
    void whatHappenedBeforeIsNotKnown() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            long mount = mount(container.runner(), container.rootfs());
            container.loseMount(false);
            events.watch(container.runner(), namespace, heard);
            assertThat(events.whoDetached(namespace, mount, Duration.ofMillis(2)))
                    .isInstanceOfSatisfying(
                            Attribution.NotKnown.class,
                            none -> assertThat(none.why()).contains("did not listen"));
        }
    }

    /** On a busy machine the thread that reads runs late: here it is held up by another namespace's listener. */
    @Test
    void whoAsksDoesNotDependOnTheThreadThatReads() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendContainer other = PretendContainer.make(Second.NONE)) {
            HeldUp heldUp = new HeldUp();
            events.watch(other.runner(), Processes.mountNamespace(other.runner()), heldUp);
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            long mount = mount(container.runner(), container.rootfs());
            events.expect(mount);
            other.cover();
            assertThat(heldUp.busy.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            container.loseMount(false);
            CompletableFuture<Attribution> answer = new CompletableFuture<>();
            Thread asker =
                    new Thread(() -> answer.complete(events.whoDetached(namespace, mount, Duration.ZERO)), "asker");
            asker.start();
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> answer.isDone() || asker.getState() == Thread.State.TIMED_WAITING);
            heldUp.release.countDown();
            assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Attribution.Known.class);
        }
    }

    @Test
    void watchingAgainThroughAnotherProcessMissesNothingAndTellsTheNewListener() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), namespace, heard);
            long mount = mount(container.runner(), container.rootfs());
            events.expect(mount);
            container.loseMount(false);
            Process another = inNamespaceOf(container.runner());
            Heard newer = new Heard();
            try {
                assertThat(events.watch((int) another.pid(), namespace, newer)).isTrue();
                assertThat(detached(namespace, mount).detached()).isTrue();
                container.cover();
                await().atMost(SOON).until(() -> newer.told.contains("changed " + namespace));
            } finally {
                another.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aNumberThatIsGivenToAnotherNamespaceIsListenedTo() throws Exception {
        long number;
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            number = Processes.mountNamespace(container.runner());
            events.watch(container.runner(), number, heard);
        }
        List<PretendContainer> made = new ArrayList<>();
        try {
            PretendContainer again = null;
            for (int i = 0; i < 20 && again == null; i++) {
                PretendContainer next = PretendContainer.make(Second.NONE);
                made.add(next);
                again = Processes.mountNamespace(next.runner()) == number ? next : null;
            }
            assumeTrue(again != null, "skipped: the kernel did not give the number away again");
            Heard newer = new Heard();
            assertThat(events.watch(again.runner(), number, newer)).isTrue();
            again.cover();
            await().atMost(SOON).until(() -> newer.told.contains("changed " + number));
        } finally {
            for (PretendContainer each : made) {
                each.close();
            }
        }
    }

    private static Process inNamespaceOf(int pid) throws Exception {
        Process process = new ProcessBuilder("nsenter", "-m", "-t", "" + pid, "cat").start();
        long namespace = Processes.mountNamespace(pid);
        await().atMost(SOON).until(() -> Processes.mountNamespace((int) process.pid()) == namespace);
        return process;
    }

    @Test
    void aQueueThatOverflowsIsTold() throws Exception {
        // not by Files.readString: it asks for one byte first, and of a sysctl that is all there is
        String before = Programs.run("cat", QUEUE.toString()).orFail().text();
        assertThat(Long.parseLong(before)).isGreaterThan(300);
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            Files.writeString(QUEUE, "2");
            events.watch(container.runner(), namespace, heard);
            Files.writeString(QUEUE, before);
            // all at once: the mounts go with one lazy umount, faster than anybody reads
            inRunner(
                    container,
                    "mkdir -p \"$1/t\"; mount -t tmpfs t \"$1/t\";"
                            + " for i in $(seq 300); do mkdir \"$1/t/$i\"; mount -t tmpfs x \"$1/t/$i\"; done;"
                            + " umount -l \"$1/t\"",
                    Path.of(container.rootfs()).getParent().toString());
            await().atMost(SOON).until(() -> events.overflows() > 0);
            assertThat(heard.told).contains("missed " + namespace);
            assertThat(events.whoDetached(namespace, 1, Duration.ZERO))
                    .isInstanceOfSatisfying(
                            Attribution.NotKnown.class,
                            none -> assertThat(none.why()).contains("queue of events overflowed"));
        } finally {
            Files.writeString(QUEUE, before);
        }
    }

    @Test
    void keepsNoNamespaceAliveAndNothingAfterwards() throws Exception {
        try (PretendContainer other = PretendContainer.make(Second.NONE)) {
            events.watch(other.runner(), Processes.mountNamespace(other.runner()), heard);
            long namespace;
            long mount;
            try (PretendContainer container = PretendContainer.make(Second.NONE)) {
                namespace = Processes.mountNamespace(container.runner());
                mount = mount(container.runner(), container.rootfs());
                events.watch(container.runner(), namespace, heard);
                events.expect(mount);
            }
            // its mounts are taken apart only when nothing holds the namespace any more
            assertThat(detached(namespace, mount).detached()).isTrue();
            assertThat(Root.namespacesHeld()).noneMatch(held -> held.contains("" + namespace));
            Root.keepsNothing(() -> {
                long here = Processes.mountNamespace(other.runner());
                events.unwatch(here);
                events.watch(other.runner(), here, heard);
                events.watch(other.runner(), here, heard);
            });
            events.unwatch(namespace);
        }
        Root.keepsNothing(() -> {
            try (MountEvents more = new MountEvents(SystemClock.open());
                    PretendContainer container = PretendContainer.make(Second.NONE)) {
                more.watch(container.runner(), Processes.mountNamespace(container.runner()), heard);
            }
        });
    }

    @Test
    void theWrongNamespaceAndTheDeadAreRefused() {
        int self = (int) ProcessHandle.current().pid();
        assertThatThrownBy(() -> events.watch(self, 1, heard)).hasMessageContaining("is not in mount namespace 1");
        assertThatThrownBy(() -> events.watch(Integer.MAX_VALUE, 1, heard)).isInstanceOf(ErrnoException.class);
    }
}
