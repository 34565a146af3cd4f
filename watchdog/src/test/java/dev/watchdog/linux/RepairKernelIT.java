package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The system calls of a repair, on a container's root that was really lost. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class RepairKernelIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private final MountNamespaces namespaces = new MountNamespaces(1, 16);
    private Set<String> heldBefore = Set.of();

    @BeforeEach
    void rehearse() throws IOException {
        assertThat(namespaces.rehearse(SOON).join().missing()).isEmpty();
        heldBefore = Root.namespacesHeld();
    }

    /** The kernel's part of a thread that has ended, such as the pretended container's, goes a little later. */
    @AfterEach
    void nothingHeld() {
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Root.namespacesHeld()).isSubsetOf(heldBefore));
        } finally {
            namespaces.close();
        }
    }

    /** The way a remedy goes: the descriptors of the target first, then the container, then the target's namespace. */
    private FileStatus repair(PretendContainer container, int target) {
        return namespaces
                .visit(SOON, visit -> {
                    try (Pidfd init = Pidfd.open(container.init());
                            Pidfd runner = Pidfd.open(target);
                            RootView view = RootView.of(runner);
                            Descriptor parent = Objects.requireNonNull(view.open(
                                    Path.of(container.rootfs()).getParent().toString()))) {
                        Directories.make(parent, "merged", 0700);
                        visit.enter(init);
                        try (Descriptor leaf = Objects.requireNonNull(Directories.open(parent, "merged"));
                                Descriptor root = visit.openRoot();
                                Descriptor tree = visit.clone(root, MountAttributes.DEFAULT)) {
                            assertThat(tree.status().sameFile(root.status())).isTrue();
                            visit.enter(runner);
                            visit.attach(tree, leaf);
                            visit.home();
                            return tree.status();
                        }
                    }
                })
                .join();
    }

    private FileStatus rootOf(int pid) throws IOException {
        try (Pidfd process = Pidfd.open(pid)) {
            return namespaces.inside(process, SOON, Visit::root).join();
        }
    }

    private static FileStatus look(int pid, String path) throws IOException {
        try (Pidfd process = Pidfd.open(pid);
                RootView view = RootView.of(process)) {
            return view.look(path);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLostRootComesBackAsTheContainersOwn(boolean directoryToo) throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            FileStatus root = rootOf(container.init());
            FileStatus healthy = look(container.runner(), container.rootfs());
            assertThat(healthy.sameFile(root)).isTrue();
            assertThat(healthy.mountRoot()).isTrue();

            container.write("before", "data");
            container.loseMount(directoryToo);
            FileStatus lost = look(container.runner(), container.rootfs());
            if (directoryToo) {
                assertThat(lost).isNull();
            } else {
                assertThat(lost.sameFile(root)).isFalse();
                assertThat(lost.mountRoot()).isFalse();
            }

            FileStatus attached = repair(container, container.runner());
            assertThat(look(container.runner(), container.rootfs())).isEqualTo(attached);
            assertThat(attached.sameFile(root)).isTrue();
            Path outside = Path.of("/proc/" + container.runner() + "/root" + container.rootfs());
            assertThat(outside.resolve("before")).hasContent("data");
            container.write("after", "more");
            assertThat(outside.resolve("after")).hasContent("more");
            MountEntry entry =
                    MountTable.of(container.runner(), MountFilter.every()).byId(attached.mountId());
            assertThat(entry.mountPoint()).isEqualTo(container.rootfs());
            assertThat(entry.superOption("upperdir")).endsWith("/pretend/upper");
        }
    }

    @Test
    void movingIntoAMasterShowsInItsSlave() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.SLAVE)) {
            FileStatus root = rootOf(container.init());
            container.loseMount(true);
            assertThat(look(container.second(), container.rootfs())).isNull();
            repair(container, container.runner());
            assertThat(look(container.runner(), container.rootfs()).sameFile(root))
                    .isTrue();
            assertThat(look(container.second(), container.rootfs()).sameFile(root))
                    .isTrue();
        }
    }

    @Test
    void privateNamespacesAreMendedOneByOne() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            FileStatus root = rootOf(container.init());
            container.loseMount(false);
            assertThat(look(container.second(), container.rootfs()).sameFile(root))
                    .isTrue();
            repair(container, container.runner());
            container.loseMount(true);
            assertThat(look(container.second(), container.rootfs())).isNull();
            repair(container, container.runner());
            repair(container, container.second());
            assertThat(look(container.runner(), container.rootfs()).sameFile(root))
                    .isTrue();
            assertThat(look(container.second(), container.rootfs()).sameFile(root))
                    .isTrue();
        }
    }

    @Test
    void undoTakesExactlyWhatWasPlaced() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd runner = Pidfd.open(container.runner());
                RootView view = RootView.of(runner)) {
            FileStatus original = view.look(container.rootfs());
            FileStatus placed = repair(container, container.runner());
            assertThat(placed.mountId()).isNotEqualTo(original.mountId());

            // not what is expected: left alone
            assertThat(detach(runner, view, container, original)).isFalse();
            assertThat(view.look(container.rootfs())).isEqualTo(placed);

            // covered by somebody else: neither theirs nor ours goes
            try (Descriptor ours = view.open(container.rootfs())) {
                container.cover();
                FileStatus cover = view.look(container.rootfs());
                assertThatThrownBy(() -> namespaces
                                .inside(runner, SOON, visit -> visit.detach(ours, placed))
                                .join())
                        .hasMessageContaining("is mounted on it");
                assertThat(view.look(container.rootfs())).isEqualTo(cover);
            }
            container.loseMount(false);

            assertThat(detach(runner, view, container, placed)).isTrue();
            assertThat(view.look(container.rootfs())).isEqualTo(original);
            assertThat(detach(runner, view, container, placed)).isFalse();
        }
    }

    private boolean detach(Pidfd runner, RootView view, PretendContainer container, FileStatus expected) {
        return namespaces
                .inside(runner, SOON, visit -> {
                    try (Descriptor top = Objects.requireNonNull(view.open(container.rootfs()))) {
                        return visit.detach(top, expected);
                    }
                })
                .join();
    }

    @Test
    void aMountThatIsGoneIsNotUnmountedTwice() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd runner = Pidfd.open(container.runner());
                RootView view = RootView.of(runner);
                Descriptor top = view.open(container.rootfs())) {
            FileStatus status = top.status();
            container.loseMount(false);
            boolean done = namespaces
                    .inside(runner, SOON, visit -> visit.detach(top, status))
                    .join();
            assertThat(done).isFalse();
        }
    }

    @Test
    void aCloneNobodyAttachesIsGoneWhenClosed() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init())) {
            Descriptor tree = namespaces
                    .inside(init, SOON, visit -> {
                        try (Descriptor root = visit.openRoot()) {
                            return visit.clone(root, MountAttributes.DEFAULT);
                        }
                    })
                    .join();
            assertThat(tree.status().sameFile(rootOf(container.init()))).isTrue();
            tree.close();
            assertThatThrownBy(tree::status).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Second.class)
    void thePretendContainerLeavesNothing(Second second) throws Exception {
        Root.keepsNothing(() -> liveAndEnd(second));
    }

    private static void liveAndEnd(Second second) throws IOException {
        Path base;
        int init;
        try (PretendContainer container = PretendContainer.make(second)) {
            base = Path.of(container.rootfs()).getParent().getParent();
            init = container.init();
            container.write("a", "b");
            assertThat(container.read("a")).isEqualTo("b");
            assertThat(container.read("etc/passwd")).startsWith("root:");
            assertThat(Processes.mountNamespace(init)).isNotEqualTo(Processes.mountNamespace(container.runner()));
            assertThat(base).isEmptyDirectory();
        }
        assertThat(base).doesNotExist();
        assertThat(Processes.exists(init)).isFalse();
    }
}
