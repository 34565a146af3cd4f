package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.InsideContainer.Propagation;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of mounts that somebody else may change at any time, and taking them away. */
@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class ClonedMountKernelIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private final MountNamespaces threads = new MountNamespaces(2, 16);

    @AfterEach
    void close() {
        threads.close();
    }

    private FileStatus cloneRoot(Pidfd init) {
        return threads.inside(init, SOON, visit -> {
                    try (Descriptor root = visit.openRoot();
                            Descriptor copy = visit.clone(root, MountAttributes.DEFAULT)) {
                        return copy.status();
                    }
                })
                .join();
    }

    @Test
    void keepsNoDescriptorAndNoMountAndTheThreadComesHome() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init())) {
            Root.keepsNothing(() -> cloneRoot(init));
            assertThat(ownMounts()).hasSize(1);
            assertThat(ownDirectories()).isEmpty();
            List<String> homes = threads.here(
                            SOON,
                            () -> java.nio.file.Files.readAllLines(
                                    java.nio.file.Path.of("/proc/thread-self/mountinfo")))
                    .join();
            assertThat(homes)
                    .isEqualTo(java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/mountinfo")));
        }
    }

    /** Of the root of the namespace where copies are worked on. */
    private List<String> ownDirectories() {
        return threads.visit(SOON, visit -> {
                    try (Descriptor namespace = PrivateMountNamespace.own().open()) {
                        visit.enter(namespace);
                        try (Descriptor root = visit.openRoot()) {
                            visit.home();
                            return Directories.names(root, 100);
                        }
                    }
                })
                .join();
    }

    /** Of the namespace where copies are worked on. */
    private List<MountEntry> ownMounts() {
        return threads.visit(SOON, visit -> {
                    try (Descriptor namespace = PrivateMountNamespace.own().open()) {
                        visit.enter(namespace);
                        return visit.mountTable(MountFilter.every()).entries();
                    }
                })
                .join();
    }

    @Test
    void isWorkedOnWhereNothingOfTheHostsIs() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init())) {
            FileStatus ignored = cloneRoot(init);
        }
        assertThat(ownMounts()).singleElement().satisfies(mount -> {
            assertThat(mount.type()).isEqualTo("tmpfs");
            assertThat(mount.propagation()).isEmpty();
        });
    }

    /** As where the host's root is an initramfs: it stays, and every other mount goes. */
    @Test
    void holdsNothingOfTheHostsWhereItsRootCannotBeLeft() throws Exception {
        try (PrivateThread thread = new PrivateThread("no-pivot-test")) {
            thread.unshare();
            List<MountEntry> left = thread.call(() -> {
                // what is mounted on a shared mount cannot become the root
                Mounts.mount("none", "/proc", null, Abi.MS_SHARED, null);
                Mounts.mount("test", "/proc", "tmpfs", 0, "size=64k");
                try (Descriptor root = Descriptor.open(Abi.AT_FDCWD, "/proc", Abi.O_PATH | Abi.O_DIRECTORY);
                        Descriptor own = Procfs.thread()) {
                    PrivateMountNamespace.letGo(root);
                    return Procfs.mounts(own, MountFilter.every()).entries();
                }
            });
            assertThat(left).extracting(MountEntry::mountPoint).contains("/", "/proc");
            assertThat(left).extracting(MountEntry::source).contains("test");
            assertThat(left)
                    .filteredOn(each -> !each.mountPoint().startsWith("/proc"))
                    .extracting(MountEntry::mountPoint)
                    .containsOnly("/");
        }
    }

    /** The container's own doing, which is no reason to do without the namespace from then on. */
    @Test
    void whatCannotBeCopiedIsToldAndTheNextOneIsCopied() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init());
                Pidfd init = Pidfd.open(container.init())) {
            inside.propagate("/", Propagation.UNBINDABLE);
            assertThatThrownBy(() -> cloneRoot(init))
                    .hasMessageContaining("open_tree")
                    .hasMessageContaining("EINVAL");
            inside.propagate("/", Propagation.PRIVATE);
            assertThat(cloneRoot(init).sameFile(inside.root())).isTrue();
        }
    }

    /** A namespace of which something went wrong is not used again; what was in it goes with it, and reaches nobody. */
    @Test
    void anAbandonedNamespaceUnmountsNothingOfItsPeers() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init());
                Pidfd init = Pidfd.open(container.init())) {
            inside.propagate("/", Propagation.SHARED);
            PrivateMountNamespace own = PrivateMountNamespace.own();
            threads.visit(SOON, visit -> {
                        visit.enter(init);
                        try (Descriptor root = visit.openRoot();
                                Descriptor peer = Mounts.clone(root);
                                Descriptor namespace = own.open();
                                PrivateMountNamespace.Place place = own.place()) {
                            visit.enter(namespace);
                            Mounts.attach(peer, place.directory());
                            inside.tmpfs("/tmp");
                            inside.tmpfs("/tmp/below");
                            assertThat(visit.mountTable(MountFilter.every()).entries())
                                    .hasSize(4);
                        }
                        return true;
                    })
                    .join();
            PrivateMountNamespace.abandon(own);
            assertThat(PrivateMountNamespace.own()).isNotSameAs(own);
            assertThat(ownMounts()).hasSize(1);
            await().during(Duration.ofMillis(300))
                    .untilAsserted(() -> assertThat(inside.mounts()).hasSize(3));
        }
    }

    /** Between a mount and its peers events go both ways: a copy has no peer when it is put in its place. */
    @Test
    void whatIsMountedOnTheOriginalAfterwardsIsNotOnTheCopy() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init());
                Pidfd init = Pidfd.open(container.init());
                Pidfd runner = Pidfd.open(container.runner());
                RootView files = RootView.of(runner)) {
            inside.propagate("/", Propagation.SHARED);
            inside.makeDirectory("/tmp");
            List<MountEntry> onCopy = threads.visit(SOON, visit -> {
                        try (Descriptor place = Objects.requireNonNull(files.open(container.rootfs()));
                                Descriptor copy = copy(visit, init)) {
                            visit.enter(runner);
                            visit.attach(copy, place);
                            try {
                                inside.tmpfs("/tmp");
                                return visit.mountsAt(copy).entries();
                            } finally {
                                Mounts.makePrivate(copy);
                                Mounts.detach(copy);
                            }
                        }
                    })
                    .join();
            assertThat(onCopy).as("the copy and nothing on it").hasSize(1);
        }
    }

    private static Descriptor copy(Visit visit, Pidfd init) throws IOException {
        visit.enter(init);
        try (Descriptor root = visit.openRoot()) {
            return visit.clone(root, MountAttributes.DEFAULT);
        }
    }

    /** A clone such as agents once left, a peer of the container's root. */
    @Test
    void takingAPeerAwayTakesNothingFromTheContainer() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init());
                Pidfd init = Pidfd.open(container.init());
                Pidfd runner = Pidfd.open(container.runner());
                RootView files = RootView.of(runner)) {
            inside.propagate("/", Propagation.SHARED);
            inside.makeDirectory("/tmp");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicBoolean taken = new AtomicBoolean();
            CompletableFuture<Void> mounting = CompletableFuture.runAsync(() -> mountAndUnmount(inside, stop, taken));
            int done = 0;
            for (int i = 0; i < 400; i++) {
                done += attachPeerAndDetach(init, runner, files, container.rootfs()) ? 1 : 0;
            }
            stop.set(true);
            mounting.join();
            assertThat(taken).as("a mount of the container's was taken from it").isFalse();
            assertThat(done).isPositive();
        }
    }

    /** Whether it was taken away again: not when the container has just mounted on it, which is left alone. */
    private boolean attachPeerAndDetach(Pidfd init, Pidfd runner, RootView files, String rootfs) {
        return threads.visit(SOON, visit -> {
                    try (Descriptor place = Objects.requireNonNull(files.open(rootfs));
                            Descriptor peer = peer(visit, init)) {
                        visit.enter(runner);
                        visit.attach(peer, place);
                        try {
                            return visit.detach(peer, peer.status());
                        } catch (ErrnoException e) {
                            throw e;
                        } catch (IOException e) {
                            assertThat(e).hasMessageContaining("is mounted on it");
                            Mounts.makePrivate(peer);
                            Mounts.detach(peer);
                            return false;
                        }
                    }
                })
                .join();
    }

    private static Descriptor peer(Visit visit, Pidfd init) throws ErrnoException {
        visit.enter(init);
        try (Descriptor root = visit.openRoot()) {
            return Mounts.clone(root);
        }
    }

    private static void mountAndUnmount(InsideContainer inside, AtomicBoolean stop, AtomicBoolean taken) {
        while (!stop.get()) {
            try {
                inside.tmpfs("/tmp");
                inside.tmpfs("/tmp/below");
                taken.compareAndSet(false, inside.mounts().size() != 3);
                inside.unmount("/tmp/below");
                inside.unmount("/tmp");
            } catch (IOException e) {
                taken.set(true);
                return;
            }
        }
    }

    /** Somebody who may not mount can always make himself a namespace of his own in which he may. */
    @Test
    void tellsWhoseNamespaceItIs() throws Exception {
        Process other = new ProcessBuilder(
                        "setpriv",
                        "--pdeathsig=KILL",
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sleep",
                        "infinity")
                .start();
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init())) {
            assertThat(threads.inside(init, SOON, Visit::isOfOwnUsers).join()).isTrue();
            await().atMost(SOON).until(() -> Processes.name((int) other.pid()).equals("sleep"));
            try (Pidfd foreign = Pidfd.open((int) other.pid())) {
                assertThat(threads.inside(foreign, SOON, Visit::isOfOwnUsers).join())
                        .isFalse();
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
