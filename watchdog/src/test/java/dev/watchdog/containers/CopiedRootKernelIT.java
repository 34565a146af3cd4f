package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.InsideContainer;
import dev.watchdog.linux.InsideContainer.Propagation;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.PeerClone;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.RootView;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a container's root does to its own mounts, what is mounted for its engine is its own root, as its engine had it. */
@NeedsRoot
class CopiedRootKernelIT {
    private static final String ID = "0d0e0a0d".repeat(8);
    private static final String FORGED = "FORGED";

    @TempDir
    Path directory;

    private PretendRoom room(PretendContainer container) throws Exception {
        return room(container, true);
    }

    private PretendRoom room(PretendContainer container, boolean mayMount) throws Exception {
        RunningContainer told = new PretendSource(container).container();
        RunningContainer recorded = new RunningContainer(
                told.id(),
                told.name(),
                told.source(),
                told.pid(),
                told.rootfs(),
                told.layer(),
                told.shimPid(),
                told.engine(),
                null,
                mayMount);
        return new PretendRoom(
                directory, Mode.HEAL, RepairStep.UNHEARD, (context, threads) -> List.of(new OneContainer(recorded)));
    }

    @ParameterizedTest
    @EnumSource(Second.class)
    void sharesNoEventsWithTheContainer(Second second) throws Exception {
        try (PretendContainer container = PretendContainer.make(second);
                PretendRoom room = room(container)) {
            room.awaitState("healthy", ID);
            ForeignEventsScenario.play(container, room);
        }
    }

    /** A slave of what its engine mounted, as runc makes it: nothing of that is left once the engine's mount is lost. */
    @Test
    void isNotASlaveOfWhatTheContainersRootIsASlaveOf() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container);
                InsideContainer inside = InsideContainer.of(container.init())) {
            room.awaitState("healthy", ID);
            inside.makeDirectory("/peer");
            inside.propagate("/", Propagation.SHARED);
            inside.bind("/", "/peer");
            inside.propagate("/", Propagation.SLAVE);
            assertThat(inside.mounts().get(0).propagation()).startsWith("master:");
            container.loseMount(true);
            room.awaitCount(FaultCleared.class, 1);
            assertThat(only(container).propagation()).isEmpty();
        }
    }

    @Test
    void hasTheAttributesOfTheEnginesMountWhateverTheContainersAre() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer host = InsideContainer.of(container.runner());
                InsideContainer inside = InsideContainer.of(container.init())) {
            host.attributes(container.rootfs(), InsideContainer.UNUSUAL);
            try (PretendRoom room = room(container)) {
                room.awaitState("healthy", ID);
                inside.attributes("/", InsideContainer.CRIPPLED);
                container.loseMount(true);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(MountAttributes.of(only(container))).isEqualTo(InsideContainer.UNUSUAL);
                assertThat(inside.mounts()).extracting(MountAttributes::of).containsExactly(InsideContainer.CRIPPLED);
            }
        }
    }

    @Test
    void hasTheKernelsOwnAttributesWhereTheEnginesMountWasNeverSeen() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            inside.attributes("/", InsideContainer.CRIPPLED);
            container.loseMount(true);
            try (PretendRoom room = room(container, false)) {
                room.awaitCount(FaultCleared.class, 1);
                assertThat(MountAttributes.of(only(container))).isEqualTo(MountAttributes.DEFAULT);
            }
        }
    }

    /** It tells of the upper directory that is on record, which is text and proves nothing. */
    @Test
    void isNotTheOverlayThatTheContainerMountedOverIt() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            container.write("own", "own");
            FileStatus own = inside.root();
            inside.forgeRoot(container.upperDir(), FORGED);
            assertThat(inside.root().sameFile(own)).isFalse();
            assertThat(inside.mounts().get(0).superOption("upperdir")).isEqualTo(container.upperDir());
            try (PretendRoom room = room(container)) {
                room.awaitState("healthy", ID);
                assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
                container.loseMount(true);
                room.awaitCount(FaultCleared.class, 1);
                isOwn(container, own);
                // and once more with another one on top
                inside.forgeRoot(container.upperDir(), FORGED);
                container.loseMount(false);
                room.awaitCount(FaultCleared.class, 2);
                isOwn(container, own);
            }
        }
    }

    private static void isOwn(PretendContainer container, FileStatus own) throws Exception {
        Path seen = Path.of("/proc/" + container.runner() + "/root" + container.rootfs());
        assertThat(seen.resolve("own")).hasContent("own");
        assertThat(seen.resolve(FORGED)).doesNotExist();
        assertThat(Files.getAttribute(seen, "unix:ino")).isEqualTo(own.inode());
        assertThat(only(container).minor()).isEqualTo(own.minor());
    }

    @Test
    void isNothingWhenItWasLostBeforeAndTheContainerMayMount() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            inside.forgeRoot(container.upperDir(), FORGED);
            container.loseMount(false);
            try (PretendRoom room = room(container)) {
                isTold(room, "it may mount (CAP_SYS_ADMIN)", "stop and start the container");
                assertThat(mounted(container)).isEmpty();
            }
        }
    }

    /** Who is executed in it with more than its record says (docker exec --privileged) may mount as well. */
    @Test
    void isNothingWhenItWasLostBeforeAndSomethingIsMountedOverItsRoot() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            inside.forgeRoot(container.upperDir(), FORGED);
            container.loseMount(false);
            try (PretendRoom room = room(container, false)) {
                isTold(room, "does not live where its runtime put it", "stop and start the container");
                assertThat(mounted(container)).isEmpty();
            }
        }
    }

    @Test
    void isItsOwnWhenItWasLostBeforeAndTheContainerCouldNotMount() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            container.write("own", "own");
            FileStatus own = inside.root();
            container.loseMount(false);
            try (PretendRoom room = room(container, false)) {
                room.awaitCount(FaultCleared.class, 1);
                isOwn(container, own);
            }
        }
    }

    private static void isTold(PretendRoom room, String... why) {
        await().atMost(PretendRoom.PATIENCE)
                .untilAsserted(() -> assertThat(room.room.inventory())
                        .singleElement()
                        .extracting(
                                WatchedSubject::state, each -> each.details().getOrDefault("why", ""))
                        .satisfies(told -> {
                            assertThat(told)
                                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                                    .first()
                                    .isEqualTo("unknown");
                            assertThat(String.valueOf(told)).contains(why);
                        }));
        assertThat(room.count(ActionEvent.Requested.class)).as(room.story()).isZero();
    }

    @Test
    void isToldWhyItCannotBeCopiedAndMountedOnceItCan() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container);
                InsideContainer inside = InsideContainer.of(container.init())) {
            room.awaitState("healthy", ID);
            inside.propagate("/", Propagation.UNBINDABLE);
            container.loseMount(true);
            room.awaitCount(ActionEvent.Undone.class, 1);
            assertThat(room.told(ActionEvent.Undone.class).get(0).why()).contains("it was made unbindable there");
            inside.propagate("/", Propagation.PRIVATE);
            room.ask("heal", Map.of("fault", "f1"), "test");
            room.awaitCount(FaultCleared.class, 1);
            assertThat(only(container).propagation()).isEmpty();
        }
    }

    /** Its first process lives on what it changed to, as everybody in it does. */
    @Test
    void isNothingWhileTheContainerLivesElsewhereAndItsOwnWhenItIsBack() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container);
                InsideContainer inside = InsideContainer.of(container.init())) {
            room.awaitState("healthy", ID);
            FileStatus own = inside.root();
            container.write("own", "own");
            inside.tmpfs("/other");
            inside.makeDirectory("/other/old");
            inside.pivot("/other", "/other/old");
            inside.enter();
            assertThat(inside.root().sameFile(own)).isFalse();
            container.loseMount(true);
            room.awaitCount(ActionEvent.Undone.class, 1);
            assertThat(room.told(ActionEvent.Undone.class).get(0).why())
                    .contains("neither at / of the container's namespace nor what its first process lives on");
            assertThat(mounted(container)).isEmpty();

            inside.pivot("/old", "/old/other");
            inside.enter();
            room.ask("heal", Map.of("fault", "f1"), "test");
            room.awaitCount(FaultCleared.class, 1);
            isOwn(container, own);
        }
    }

    /**
     * Once its root is gone for good, the container makes another one that has both of its numbers: the kernel gives a
     * device number away at once, and inode numbers of a tmpfs count up.
     */
    @Test
    void isNotAnotherFileSystemWithTheSameNumbers() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container);
                InsideContainer inside = InsideContainer.of(container.init())) {
            room.awaitState("healthy", ID);
            FileStatus own = inside.root();
            inside.tmpfs("/other");
            inside.makeDirectory("/other/old");
            inside.pivot("/other", "/other/old");
            inside.enter();
            inside.tmpfs("/parts");
            String upper = directoryWithInode(inside, "/parts", own.inode());
            inside.unmount("/old");
            container.loseMount(true);
            inside.overlay("/", "/parts/lower", upper, "/parts/work");
            inside.enter();
            assertThat(inside.root()).matches(own::sameFile, "has the numbers of " + own);
            room.awaitCount(ActionEvent.Undone.class, 1);
            room.ask("heal", Map.of("fault", "f1"), "test");
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.told(ActionEvent.Undone.class).stream()
                            .anyMatch(each ->
                                    each.why().contains("not proved to be the file system that was seen first")));
            assertThat(mounted(container)).isEmpty();
        }
    }

    private static String directoryWithInode(InsideContainer inside, String tmpfs, long inode) throws IOException {
        for (int i = 0; i < 10_000; i++) {
            String path = tmpfs + "/" + i;
            inside.makeDirectory(path);
            if (inside.inode(path) == inode) {
                return path;
            }
        }
        throw new AssertionError("no directory with the inode " + inode);
    }

    /** What is looked at after it was mounted, each fault of it by itself. */
    @Test
    void isTakenBackWhenItIsNotAsItMustBe() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer host = InsideContainer.of(container.runner());
                Pidfd runner = Pidfd.open(container.runner());
                RootView files = RootView.of(runner);
                Descriptor root = Objects.requireNonNull(files.open(container.rootfs()));
                MountNamespaces threads = new MountNamespaces(1, 4)) {
            String at = container.rootfs();
            long below = only(container).parent();
            assertThat(verified(threads, runner, root, below)).isTrue();
            assertThatThrownBy(() -> verified(threads, runner, root, below + 1))
                    .hasMessageContaining("in the place of the root");
            host.tmpfs(at);
            assertThatThrownBy(() -> verified(threads, runner, root, below)).hasMessageContaining("mounted on what");
            host.unmount(at);
            host.tmpfs(at + "/below");
            assertThatThrownBy(() -> verified(threads, runner, root, below)).hasMessageContaining("mounted on what");
            host.unmount(at + "/below");
            assertThat(verified(threads, runner, root, below)).isTrue();
            host.attributes(at, InsideContainer.CRIPPLED);
            assertThatThrownBy(() -> verified(threads, runner, root, below))
                    .hasMessageContaining("it was mounted " + InsideContainer.CRIPPLED + ", not ");
            host.attributes(at, MountAttributes.DEFAULT);
            assertThat(verified(threads, runner, root, below)).isTrue();
            host.makeDirectory(Path.of(at).resolveSibling("peer").toString());
            host.propagate(at, Propagation.SHARED);
            host.bind(at, Path.of(at).resolveSibling("peer").toString());
            host.propagate(at, Propagation.SLAVE);
            assertThatThrownBy(() -> verified(threads, runner, root, below)).hasMessageContaining("master:");
            host.unmount(at);
            assertThatThrownBy(() -> verified(threads, runner, root, below)).hasMessageContaining("not there any more");
        }
    }

    private static boolean verified(MountNamespaces threads, Pidfd runner, Descriptor root, long below) {
        return threads.inside(runner, PretendRoom.PATIENCE, visit -> {
                    RootCopy.verify(visit, root, below, MountAttributes.DEFAULT);
                    return true;
                })
                .join();
    }

    @Test
    void aPeerThatAnEarlierAgentLeftIsMadePrivateAndIsNoFault() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer inside = InsideContainer.of(container.init())) {
            inside.propagate("/", Propagation.SHARED);
            container.loseMount(false);
            PeerClone.attach(container, container.runner());
            inside.tmpfs("/tmp");
            assertThat(mounted(container)).hasSize(2);
            try (PretendRoom room = room(container)) {
                await().atMost(PretendRoom.PATIENCE)
                        .untilAsserted(() -> assertThat(mounted(container))
                                .extracting(MountEntry::propagation)
                                .containsOnly(""));
                room.awaitState("healthy", ID);
                assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            }
            inside.tmpfs("/var");
            assertThat(mounted(container)).hasSize(2);
            List<MountEntry> own = inside.mounts();
            container.loseMount(false);
            assertThat(mounted(container)).isEmpty();
            assertThat(inside.mounts()).hasSameSizeAs(own).hasSize(3);
        }
    }

    private static MountEntry only(PretendContainer container) throws IOException {
        List<MountEntry> mounted = mounted(container);
        assertThat(mounted).hasSize(1);
        return mounted.get(0);
    }

    /** At the rootfs path and below. */
    private static List<MountEntry> mounted(PretendContainer container) throws IOException {
        try (InsideContainer host = InsideContainer.of(container.runner())) {
            return host.mounts().stream()
                    .filter(each -> each.mountPoint().startsWith(container.rootfs()))
                    .toList();
        }
    }
}
