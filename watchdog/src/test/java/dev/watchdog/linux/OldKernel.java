package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.PretendContainer.Second;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/**
 * Goes through the whole, from seeing a lost root to its repair, in a process for which some system calls do not exist.
 * Arguments: their names with commas, the errno they answer with, and {@code tables} to do without mount ids in fdinfo,
 * which no filter can hide. Ends with 0 and the word "done" if all is as it must be.
 */
@NullUnmarked // what must be there is dereferenced: a null fails the test
public final class OldKernel {
    private static final Duration SOON = Duration.ofSeconds(90);

    private static final MountAttributes READ_ONLY =
            new MountAttributes(Abi.MS_RDONLY | Abi.MS_NOSUID | Abi.MS_NOATIME);

    private final List<String> hidden;
    private final int errno;
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final MountNamespaces threads = new MountNamespaces(2, 8);

    private OldKernel(List<String> hidden, int errno) {
        this.hidden = hidden;
        this.errno = errno;
    }

    public static void main(String[] arguments) throws Exception {
        OldKernel kernel = new OldKernel(List.of(arguments[0].split(",", -1)), Integer.parseInt(arguments[1]));
        SeccompFilter.install(kernel.hidden, kernel.errno);
        if (arguments.length > 2) {
            int none = Errno.ENOSYS;
            KernelCalls.choose(new KernelCalls(none, none, none, none));
        }
        kernel.run();
        System.out.println("done");
        System.exit(0);
    }

    private void run() throws Exception {
        assertThat(hidden)
                .allSatisfy(
                        call -> assertThat(SeccompFilter.answer(call)).as(call).isEqualTo(errno));
        KernelAbilities abilities = threads.rehearse(SOON).join();
        System.out.println(KernelCalls.own() + "\n" + abilities + "\n" + abilities.missingToClone());
        choice(KernelCalls.own());
        verdict(abilities);
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE);
                MountTableWatch watch = new MountTableWatch(SystemClock.open());
                Pidfd init = Pidfd.open(container.init());
                Pidfd runner = Pidfd.open(container.runner());
                RootView view = RootView.of(runner)) {
            watch(watch, container.runner());
            watch(watch, container.second());
            FileStatus root = threads.inside(init, SOON, this::root).join();
            look(view, container, root);
            container.loseMount(false);
            assertThat(told.poll(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("changed " + Processes.mountNamespace(container.runner()));
            assertThat(view.look(container.rootfs()).mountRoot()).isFalse();
            assertThat(view.look(container.rootfs()).sameFile(root)).isFalse();
            mountsAndUnmounts(view, runner, container.rootfs());
            if (abilities.canClone()) {
                repair(view, init, runner, container.rootfs());
                look(view, container, root);
            } else {
                refuses(init);
            }
            end(container, init, runner);
        }
        threads.close();
    }

    private void choice(KernelCalls calls) {
        assertThat(calls.hasStatx()).isEqualTo(!hidden.contains("statx"));
        assertThat(calls.hasOpenat2()).isEqualTo(!hidden.contains("openat2"));
        assertThat(calls.hasPidfd()).isEqualTo(!hidden.contains("pidfd_open"));
    }

    private void verdict(KernelAbilities abilities) {
        assertThat(abilities.missingToProve()).isEmpty();
        assertThat(abilities.missingToMountDevice()).isEmpty();
        assertThat(abilities.canProve()).isTrue();
        assertThat(abilities.canMountDevice()).isTrue();
        assertThat(abilities.canClone()).isEqualTo(!hidden.contains("open_tree"));
        if (!abilities.canClone()) {
            assertThat(abilities.missingToClone())
                    .contains("open_tree: " + Errno.name(errno))
                    .contains(errno == Errno.EPERM ? "CAP_SYS_ADMIN" : "Linux 5.2")
                    .contains("seccomp");
        }
    }

    private void watch(MountTableWatch watch, int pid) throws IOException {
        watch.watch(pid, Processes.mountNamespace(pid), new MountTableListener() {
            @Override
            public void changed(long namespace, Moment at) {
                told.add("changed " + namespace);
            }

            @Override
            public void ended(long namespace, Moment at) {
                told.add("ended " + namespace);
            }
        });
    }

    /** As a container's identity is read. */
    private FileStatus root(Visit visit) throws IOException {
        FileStatus root = visit.root();
        assertThat(root.mountRoot()).isTrue();
        assertThat(visit.mountTable(MountFilter.every()).byId(root.mountId()).type())
                .isEqualTo("overlay");
        return root;
    }

    private static void look(RootView view, PretendContainer container, FileStatus root) throws IOException {
        FileStatus seen = view.look(container.rootfs());
        assertThat(seen.sameFile(root)).isTrue();
        assertThat(seen.mountRoot()).isTrue();
        assertThat(view.glance(container.rootfs())).isEqualTo(seen);
        MountTable table = MountTable.of(container.runner(), MountFilter.every());
        assertThat(table.byId(seen.mountId()).mountPoint()).isEqualTo(container.rootfs());
        String layer = Path.of(container.rootfs()).getParent().toString();
        assertThat(view.leadsStraight(layer)).isTrue();
        assertThat(view.look(layer).mountRoot()).isFalse();
        assertThat(table.byId(view.look(layer).mountId()).type()).isEqualTo("tmpfs");
        assertThat(view.look("/").mountRoot()).isTrue();
        assertThat(view.look(layer + "/lower/etc/passwd").isRegularFile()).isTrue();
        assertThat(view.look(layer + "/none")).isNull();
        assertThat(view.read("/etc/passwd", 1 << 20)).isNotEmpty();
        assertThatThrownBy(() -> view.look("/proc/self/root/etc")).hasMessageContaining("ELOOP");
    }

    private static Descriptor open(RootView view, String path) throws IOException {
        Path whole = Path.of(path);
        try (Descriptor parent = view.open(whole.getParent().toString())) {
            return Objects.requireNonNull(
                    Directories.open(parent, whole.getFileName().toString()));
        }
    }

    /** What a device's root takes; a tmpfs stands for the device. */
    private void mountsAndUnmounts(RootView view, Pidfd runner, String rootfs) throws IOException {
        FileStatus bare = view.look(rootfs);
        boolean again = threads.visit(SOON, visit -> {
                    try (Descriptor directory = open(view, rootfs)) {
                        assertThat(directory.status()).isEqualTo(bare);
                        visit.enter(runner);
                        try (Descriptor mounted = visit.mountHere("test", directory, "tmpfs", 2, "size=64k")) {
                            FileStatus status = mounted.status();
                            assertThat(visit.mountTable(MountFilter.every()).byId(status.mountId()))
                                    .satisfies(entry ->
                                            assertThat(entry.mountPoint()).isEqualTo(rootfs))
                                    .satisfies(
                                            entry -> assertThat(entry.options()).contains("nosuid"));
                            assertThat(view.look(rootfs)).isEqualTo(status);
                            assertThat(visit.detach(mounted, bare)).isFalse();
                            assertThat(visit.detach(mounted, status)).isTrue();
                            assertThat(view.look(rootfs)).isEqualTo(bare);
                            return goneAgain(visit, mounted, status);
                        }
                    }
                })
                .join();
        assertThat(again).isFalse();
    }

    /** By mount tables alone a mount that has gone is one that cannot be told, never another. */
    private static boolean goneAgain(Visit visit, Descriptor mounted, FileStatus status) throws IOException {
        try {
            return visit.detach(mounted, status);
        } catch (ErrnoException e) {
            assertThat(KernelCalls.own().hasFdinfo()).isFalse();
            assertThat(e.symbol()).isEqualTo("ESTALE");
            return false;
        }
    }

    private void repair(RootView view, Pidfd init, Pidfd runner, String rootfs) throws IOException {
        FileStatus placed = threads.visit(SOON, visit -> {
                    try (Descriptor leaf = open(view, rootfs)) {
                        visit.enter(init);
                        try (Descriptor root = visit.openRoot();
                                Descriptor tree = visit.clone(root, READ_ONLY)) {
                            visit.enter(runner);
                            visit.attach(tree, leaf);
                            assertThat(told(visit, tree).options()).isEqualTo("ro,nosuid,noatime");
                            return tree.status();
                        }
                    }
                })
                .join();
        assertThat(view.look(rootfs)).isEqualTo(placed);
    }

    private static MountEntry told(Visit visit, Descriptor tree) throws IOException {
        return visit.mount(tree.status().mountId());
    }

    private void refuses(Pidfd init) {
        assertThatThrownBy(() -> threads.inside(init, SOON, visit -> visit.clone(visit.openRoot(), READ_ONLY))
                        .join())
                .hasMessageContaining("open_tree")
                .hasMessageContaining(Errno.name(errno));
    }

    private void end(PretendContainer container, Pidfd init, Pidfd runner) throws Exception {
        String ended = "ended " + Processes.mountNamespace(container.runner());
        assertThat(runner.exited()).isFalse();
        // a zombie, and nothing else changes that would wake the watch
        assertThat(ProcessHandle.of(runner.pid()).orElseThrow().destroyForcibly())
                .isTrue();
        String next = "";
        while (!next.equals(ended)) {
            next = told.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).isNotNull();
        }
        assertThat(init.exited()).isFalse();
        container.close();
        assertThat(init.exited()).isTrue();
        assertThat(runner.exited()).isTrue();
        assertThatThrownBy(() -> Pidfd.open(init.pid())).hasMessageContaining("ESRCH");
        assertThatThrownBy(() -> threads.inside(init, SOON, Visit::root).join()).hasMessageContaining("ESRCH");
    }
}
