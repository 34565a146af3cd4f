package dev.watchdog.linux;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A whole repair in a namespace made for it: clone a root, put it on a directory, look, take it off again. */
final class Rehearsal implements AutoCloseable {
    /** Every Linux has this directory; only the rehearsal's own namespace sees what is put on it. */
    private static final String STAGE = "/proc";

    private static final String LEAF = "merged";

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private final PrivateThread actor = new PrivateThread("mountns-rehearsal");
    private @Nullable Descriptor namespace;
    private @Nullable RootView view;
    private @Nullable Descriptor stage;
    private @Nullable Descriptor tree;

    KernelAbilities run(Visit visit) {
        int namespaces = errno(() -> {
            setUp();
            visit.enter(Objects.requireNonNull(namespace));
            visit.home();
        });
        int pidfd = errno(() -> enterOwnProcess(visit));
        if (namespaces != 0) {
            return new KernelAbilities(namespaces, namespaces, namespaces, namespaces, pidfd, namespaces, namespaces);
        }
        int statx = errno(this::mountId);
        int openTree = errno(() -> cloneRoot(visit));
        int setattr = openTree != 0 ? openTree : errno(() -> visit.setReadOnly(Objects.requireNonNull(tree), true));
        int moveMount = openTree != 0 ? openTree : errno(() -> attach(visit));
        int openat2 = errno(() -> look(moveMount == 0));
        if (moveMount == 0) {
            errno(() -> detach(visit));
        }
        return new KernelAbilities(namespaces, openTree, moveMount, setattr, pidfd, openat2, statx);
    }

    private void setUp() throws IOException {
        actor.unshare();
        namespace = actor.call(() -> Descriptor.open(Abi.AT_FDCWD, "/proc/thread-self/ns/mnt", 0));
        view = new RootView(actor.call(() -> Descriptor.open(Abi.AT_FDCWD, "/proc/thread-self/root", Abi.O_PATH)));
        stage = actor.call(() -> {
            Mounts.mount("watchdog-rehearsal", STAGE, "tmpfs", 0, "mode=0700,size=64k");
            return Descriptor.open(Abi.AT_FDCWD, STAGE, Abi.O_PATH | Abi.O_DIRECTORY);
        });
    }

    /** Through a pidfd, as repairs do; a process's own namespace is as good as any. */
    private static void enterOwnProcess(Visit visit) throws IOException {
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid())) {
            if (!self.exited()) {
                visit.enter(self);
                visit.home();
            }
        }
    }

    private void mountId() throws IOException {
        if (Objects.requireNonNull(stage).status().mountId() < 0) {
            throw new ErrnoException("statx mount id", STAGE, Errno.ENOSYS);
        }
    }

    private void cloneRoot(Visit visit) throws IOException {
        visit.enter(Objects.requireNonNull(namespace));
        FileStatus root = visit.root();
        Descriptor clone = visit.cloneRoot();
        tree = clone;
        if (!clone.status().sameFile(root)) {
            throw new IOException("the clone of / is not /");
        }
    }

    private void attach(Visit visit) throws IOException {
        Descriptor parent = Objects.requireNonNull(stage);
        Directories.make(parent, LEAF, 0700);
        try (Descriptor leaf = Objects.requireNonNull(Directories.open(parent, LEAF))) {
            visit.attach(Objects.requireNonNull(tree), leaf);
        }
        visit.home();
    }

    private void look(boolean attached) throws IOException {
        FileStatus seen = Objects.requireNonNull(view).look(STAGE + "/" + LEAF);
        if (attached
                && (seen == null || !seen.sameFile(Objects.requireNonNull(tree).status()))) {
            throw new IOException("what was attached is not seen");
        }
    }

    private void detach(Visit visit) throws IOException {
        visit.enter(Objects.requireNonNull(namespace));
        Descriptor attached = Objects.requireNonNull(tree);
        visit.detach(attached, attached.status());
        visit.home();
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
        Stream.of(tree, stage, namespace).filter(Objects::nonNull).forEach(Descriptor::close);
        if (view != null) {
            view.close();
        }
        actor.close();
    }
}
