package dev.watchdog.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole repair in a namespace made for it: mount on a directory, or clone a root and put it there, look, take it off
 * again. By the calls and fallbacks that this process uses, so each of them is proved before anything depends on it.
 */
final class Rehearsal implements AutoCloseable {
    /** Every Linux has this directory; only the rehearsal's own namespace sees what is put on it. */
    private static final String STAGE = "/proc";

    private static final String LEAF = "merged";
    private static final String PLACE = STAGE + "/" + LEAF;
    private static final String SOURCE = "watchdog-rehearsal";
    private static final String SMALL = "mode=0700,size=64k";
    /** Other than what anything is mounted with by itself. */
    private static final MountAttributes UNUSUAL =
            new MountAttributes(Abi.MS_RDONLY | Abi.MS_NOSUID | Abi.MS_NODIRATIME | Abi.MS_STRICTATIME);

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private final PrivateThread actor = new PrivateThread("mountns-rehearsal");
    private @Nullable Descriptor namespace;
    private @Nullable RootView view;
    private @Nullable Descriptor stage;
    private @Nullable Descriptor mounted;
    private @Nullable Descriptor tree;

    KernelAbilities run(Visit visit) {
        int namespaces = errno(() -> {
            setUp();
            visit.enter(Objects.requireNonNull(namespace));
            visit.home();
        });
        int entering = namespaces != 0 ? namespaces : errno(() -> enterOwnProcess(visit));
        int staged = namespaces != 0 ? namespaces : errno(this::openStage);
        int mounting = staged != 0 ? staged : errno(() -> mount(visit));
        int looked = mounting != 0 ? mounting : errno(() -> look(Objects.requireNonNull(mounted)));
        int unmounting = mounting != 0 ? mounting : errno(() -> detach(visit, Objects.requireNonNull(mounted)));
        int openTree = staged != 0 ? staged : errno(() -> tryOpenTree(visit));
        int isolating = openTree != 0 ? openTree : errno(() -> cloneRoot(visit));
        int moveMount = isolating != 0 ? isolating : errno(() -> attach(visit));
        int marking = staged != 0 ? staged : errno(this::mark);
        int lookedAgain = moveMount != 0 ? moveMount : errno(() -> look(Objects.requireNonNull(tree)));
        int moving = moveMount != 0 ? moveMount : errno(() -> detach(visit, Objects.requireNonNull(tree)));
        // either of the two mounts can be what is looked at, but one that is there must be seen
        int looking = (mounting == 0 && looked != 0) || moveMount != 0 ? looked : lookedAgain;
        return new KernelAbilities(
                namespaces, entering, looking, unmounting, openTree, moving, isolating, replaced(marking));
    }

    private static List<String> replaced(int marking) {
        List<String> replaced = new ArrayList<>(KernelCalls.own().missing());
        if (marking != 0) {
            replaced.add("marks of inodes (fanotify): " + Errno.name(marking));
        }
        return replaced;
    }

    private void mark() throws IOException {
        Descriptor open = Objects.requireNonNull(stage);
        InodeMarks.own().mark(open);
        if (!InodeMarks.own().isMarked(open)) {
            throw new IOException("what was marked is not");
        }
    }

    private void setUp() throws IOException {
        actor.unshare();
        try (Descriptor thread = actor.call(Procfs::thread)) {
            namespace = Procfs.mountNamespace(thread);
        }
        actor.call(() -> {
            Mounts.mount(SOURCE, STAGE, "tmpfs", 0, SMALL);
            return STAGE;
        });
    }

    private void openStage() throws IOException {
        Descriptor thread = actor.call(Procfs::thread);
        RootView actors = new RootView(actor.call(() -> Descriptor.open(Abi.AT_FDCWD, "/", Abi.O_PATH)), thread);
        view = actors;
        Descriptor open = Objects.requireNonNull(actors.open(STAGE));
        stage = open;
        boolean ignored = Directories.make(open, LEAF, 0700);
    }

    /** As repairs do; a process's own namespace is as good as any. */
    private static void enterOwnProcess(Visit visit) throws IOException {
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid())) {
            if (self.exited()) {
                throw new IOException("this process is said to have exited");
            }
            visit.enter(self);
            visit.home();
        }
    }

    private void mount(Visit visit) throws IOException {
        try (Descriptor leaf = leaf()) {
            visit.enter(Objects.requireNonNull(namespace));
            mounted = visit.mountHere(SOURCE, leaf, "tmpfs", 0, SMALL);
        } finally {
            visit.home();
        }
    }

    private void tryOpenTree(Visit visit) throws IOException {
        visit.enter(Objects.requireNonNull(namespace));
        try (Descriptor root = visit.openRoot()) {
            Mounts.clone(root).close();
        } finally {
            visit.home();
        }
    }

    private void cloneRoot(Visit visit) throws IOException {
        visit.enter(Objects.requireNonNull(namespace));
        try (Descriptor root = visit.openRoot()) {
            Descriptor clone = visit.clone(root, UNUSUAL);
            tree = clone;
            if (!root.status().mountRoot() || !clone.status().sameFile(root.status())) {
                throw new IOException("the clone of / is not /");
            }
        } finally {
            visit.home();
        }
    }

    private void attach(Visit visit) throws IOException {
        Descriptor clone = Objects.requireNonNull(tree);
        try (Descriptor leaf = leaf()) {
            visit.enter(Objects.requireNonNull(namespace));
            visit.attach(clone, leaf);
            MountEntry mount = visit.mountsAt(clone).byId(clone.status().mountId());
            if (mount == null
                    || !mount.propagation().isEmpty()
                    || !MountAttributes.of(mount).equals(UNUSUAL)) {
                throw new IOException("what was attached is not told as it was made");
            }
        } finally {
            visit.home();
        }
    }

    private Descriptor leaf() throws IOException {
        return Objects.requireNonNull(Directories.open(Objects.requireNonNull(stage), LEAF));
    }

    private void look(Descriptor expected) throws IOException {
        RootView eyes = Objects.requireNonNull(view);
        FileStatus seen = eyes.look(PLACE);
        if (seen == null || !seen.mountRoot() || !seen.equals(expected.status()) || !seen.equals(eyes.glance(PLACE))) {
            throw new IOException("what was mounted is not seen");
        }
        FileStatus above = eyes.look(STAGE + "/.");
        if (above == null || above.mountId() == seen.mountId()) {
            throw new IOException("what was mounted is not told from what it is mounted on");
        }
    }

    private void detach(Visit visit, Descriptor what) throws IOException {
        visit.enter(Objects.requireNonNull(namespace));
        try {
            if (!visit.detach(what, what.status())) {
                throw new IOException("what was mounted was not found again");
            }
        } finally {
            visit.home();
        }
        FileStatus left = Objects.requireNonNull(view).look(PLACE);
        if (left == null || left.mountRoot()) {
            throw new IOException("what was unmounted is still seen");
        }
    }

    /** A failure without an errno is EIO: the call was there and did not do its work. */
    private static int errno(Step step) {
        try {
            step.run();
            return 0;
        } catch (ErrnoException e) {
            return e.errno();
        } catch (IOException e) {
            return Errno.EIO;
        }
    }

    @Override
    public void close() {
        Stream.of(tree, mounted, stage, namespace).filter(Objects::nonNull).forEach(Descriptor::close);
        if (view != null) {
            view.close();
        }
        actor.close();
    }
}
