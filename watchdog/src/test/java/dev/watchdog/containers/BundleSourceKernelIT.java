package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.linux.HandedSocket;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Processes;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.ShippedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory without a containerd. */
@NeedsRoot
class BundleSourceKernelIT {
    private static final String TASKS = "io.containerd.runtime.v2.task";

    @TempDir
    Path directory;

    private final MountNamespaces threads = new MountNamespaces(1, 100);
    private final List<String> told = new CopyOnWriteArrayList<>();

    private final ContainerSource.Listener listener = new ContainerSource.Listener() {
        @Override
        public void all(String source, List<RunningContainer> containers) {
            told.add("all " + containers.size());
        }

        @Override
        public void one(RunningContainer container) {
            told.add("one " + container.id() + " is " + container.name());
        }

        @Override
        public void gone(String id) {
            told.add("gone " + id);
        }

        @Override
        public void blind(String source, String why, boolean absent) {
            told.add((absent ? "absent: " : "blind: ") + why);
        }

        @Override
        public void claimed(String source, List<RunningContainer> containers) {
            containers.forEach(each -> told.add("claimed " + each.id()));
        }
    };

    @AfterEach
    void end() {
        threads.close();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private BundleSource source(boolean expected) {
        return new BundleSource(
                state().toString(), expected, threads, new BundleSource.Timing(Duration.ofMillis(50), 2));
    }

    private void awaitTold(String line) {
        await(line).atMost(PretendRoom.PATIENCE).until(() -> told.contains(line));
    }

    private void bundle(String namespace, String id, long pid) throws Exception {
        Path bundle = Files.createDirectories(
                state().resolve(TASKS).resolve(namespace).resolve(id));
        Files.writeString(bundle.resolve("config.json"), "{\"root\":{\"path\":\"rootfs\"}}");
        Files.writeString(bundle.resolve("init.pid"), "" + pid);
    }

    /** An empty directory may be another than the one that containerd writes to: of a pod, or of a mistake. */
    @Test
    void aConfiguredDirectoryWithoutContainerdIsBlindUntilItListens() throws Exception {
        Files.createDirectories(state());
        String silence = "nothing listens on " + state() + "/containerd.sock";
        String told =
                "blind: " + silence + ": start that containerd, or correct containerd.states in the configuration";
        try (BundleSource source = source(true)) {
            source.follow(listener);
            awaitTold(told);
            assertThat(this.told).containsOnly(told);
            Path elsewhere = directory.resolve("elsewhere.sock");
            try (HandedSocket socket = HandedSocket.listen(elsewhere)) {
                int containerd = socket.handTo("sleep", "100000");
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> Processes.name(containerd).equals("sleep"));
                socket.letGo();
                Files.move(elsewhere, state().resolve("containerd.sock"));
                awaitTold("all 0");
                socket.end(containerd);
                this.told.clear();
                awaitTold(told);
                assertThat(this.told).containsOnly(told);
            }
        }
    }

    @Test
    void checkDoesNotCallAConfiguredDirectoryWithoutContainerdWell() throws Exception {
        Files.createDirectories(state());
        String silence = "nothing listens on " + state() + "/containerd.sock";
        try (PretendRoom room = new PretendRoom(
                directory.resolve("journal"),
                Mode.OBSERVE,
                RepairStep.UNHEARD,
                (context, own) -> List.of(new BundleSource(
                        state().toString(), true, own, new BundleSource.Timing(Duration.ofMillis(50), 2))))) {
            assertThat(room.check())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Finding.Unknown.class,
                            unknown -> assertThat(unknown.why()).isEqualTo("containerd:" + state() + ": " + silence));
            await().atMost(PretendRoom.PATIENCE)
                    .untilAsserted(() -> assertThat(room.live.blindSensors()).containsExactly("containerd:" + state()));
            assertThat(room.room.sourceReports())
                    .singleElement()
                    .satisfies(report -> assertThat(report.state()).isEqualTo(SourceReport.State.UNSEEN));
        }
    }

    @Test
    void aConfiguredDirectoryThatIsNotThereIsToldUntilItIs() throws Exception {
        String idle = "blind: nothing listens on " + state()
                + "/containerd.sock: start that containerd, or correct containerd.states in the configuration";
        String missing = "containerd.states names " + state()
                + ", which is not a directory: correct it in the configuration, or start that containerd";
        try (BundleSource source = source(true)) {
            assertThatThrownBy(() -> source.list().join()).hasRootCauseMessage(missing);
            source.follow(listener);
            awaitTold("blind: " + missing);
            assertThat(told).containsOnly("blind: " + missing);
            Files.createDirectories(state());
            awaitTold(idle);
            assertThat(source.list().join()).isEmpty();
            Files.delete(state());
            told.clear();
            awaitTold("blind: " + missing);
            told.clear();
            Files.createDirectories(state());
            awaitTold(idle);
            assertThat(told).doesNotContain("all 0");
        }
    }

    @Test
    void theUsualDirectoryMayBeAbsent() {
        try (BundleSource source = source(false)) {
            assertThat(source.list().join()).isEmpty();
            source.follow(listener);
            awaitTold("all 0");
            assertThat(told).containsExactly("all 0");
        }
    }

    /** A user who could put a socket of his own there, and root's bundles behind it. */
    @Test
    void whoeverListensAndIsNotRootIsToldAndWhatIsThereIsClaimed() throws Exception {
        long self = ProcessHandle.current().pid();
        bundle("test", "one", self);
        try (HandedSocket socket = HandedSocket.listen(state().resolve("containerd.sock"));
                BundleSource source = source(true)) {
            int user = socket.handTo("setpriv", "--reuid=12345", "--clear-groups", "sleep", "100000");
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> Processes.name(user).equals("sleep"));
            socket.letGo();
            source.follow(listener);
            awaitTold("claimed test:one");
            assertThat(told.get(0)).startsWith("blind: who listens on " + state() + "/containerd.sock is left alone: ");
            assertThat(told).noneMatch(line -> line.startsWith("one") || line.startsWith("all"));
            assertThatThrownBy(() -> source.list().join()).hasMessageContaining("proven to be root's");
            // it ends with its cause
            socket.end(user);
            awaitTold("one test:one is test/one");
        }
    }

    @Test
    void bundlesAreReadOnlyWhereRootAloneCanHavePutThem() throws Exception {
        bundle("test", "one", ProcessHandle.current().pid());
        try (BundleSource source = source(true)) {
            assertThat(source.list().join()).hasSize(1);
            Path namespace = state().resolve(TASKS).resolve("test");
            Files.setAttribute(namespace.resolve("one"), "unix:uid", 12345);
            assertThat(source.list().join()).isEmpty();
            Files.setAttribute(namespace.resolve("one"), "unix:uid", 0);
            // which other bundles are there is not asked somebody else
            bundle("other", "two", ProcessHandle.current().pid());
            Files.setAttribute(namespace, "unix:uid", 12345);
            assertThat(source.list().join()).extracting(RunningContainer::id).containsExactly("other:two");
            Files.setAttribute(namespace, "unix:uid", 0);
            Files.createSymbolicLink(namespace.resolveSibling("link"), namespace);
            assertThat(source.list().join())
                    .extracting(RunningContainer::id)
                    .containsExactlyInAnyOrder("test:one", "other:two");
            Files.setAttribute(namespace.resolveSibling(""), "unix:uid", 12345);
            assertThatThrownBy(() -> source.list().join()).hasMessageContaining(TASKS + " belongs to user 12345");
            Files.setAttribute(namespace.resolveSibling(""), "unix:uid", 0);
            Files.setAttribute(state(), "unix:uid", 12345);
            assertThatThrownBy(() -> source.list().join()).hasMessageContaining(state() + " belongs to user 12345");
        }
    }

    @Test
    void withoutContainerdBundlesAreReadAndFollowedAnyway() throws Exception {
        long self = ProcessHandle.current().pid();
        bundle("test", "one", self);
        bundle("test", "later", Integer.MAX_VALUE / 4);
        bundle("moby", "other", self);
        try (BundleSource source = source(true)) {
            assertThat(source.list().join()).extracting(RunningContainer::id).containsExactly("test:one");
            source.follow(listener);
            awaitTold("one test:one is test/one");
            assertThat(told.get(0))
                    .isEqualTo("blind: nothing listens on " + state()
                            + "/containerd.sock and containers are there: start containerd");
            bundle("test", "later", self);
            awaitTold("one test:later is test/later");
            bundle("test", "new", self);
            awaitTold("one test:new is test/new");
            Path gone = state().resolve(TASKS).resolve("test/new");
            Files.delete(gone.resolve("config.json"));
            Files.delete(gone.resolve("init.pid"));
            Files.delete(gone);
            awaitTold("gone test:new");
        }
    }

    @Test
    void anyNumberOfBundlesAndAnythingInTheirPlaceHidesNoContainer() {
        ShippedJvm.runInOwnNamespace(BundleFlood.class, state().toString());
    }
}
