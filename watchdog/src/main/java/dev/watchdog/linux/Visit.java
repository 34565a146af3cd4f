package dev.watchdog.linux;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resident thread's hands: where it stands, and what it can do there. One visit may enter several namespaces in
 * turn, carrying descriptors from one to the next; the thread goes home after the work, however that ended. Only for
 * the thread that runs the work, and only while it runs.
 */
public final class Visit {
    /** Root of the file tree, home's namespace, and this thread in home's procfs, which still tells of it when away. */
    private record Home(Descriptor namespace, Descriptor root, Descriptor thread) {}

    private final Thread owner = Thread.currentThread();
    private @Nullable Home home;
    private boolean away;

    Visit() {}

    /**
     * Goes into the mount namespace of a process, from home or from another; "/" is then that namespace's own root,
     * wherever the process may have chrooted to. Fails with ESRCH when the process has exited.
     */
    public void enter(Pidfd process) throws ErrnoException {
        if (process.isReal()) {
            enter(process.descriptor());
            return;
        }
        try (Descriptor namespace = process.mountNamespace()) {
            enter(namespace);
        }
    }

    /** By a pidfd or a descriptor of {@code /proc/.../ns/mnt}. */
    void enter(Descriptor namespace) throws ErrnoException {
        prepared();
        if (!away) {
            unshareDirectories();
        }
        int held = namespace.hold();
        try {
            int result = Libc.setns(held, Abi.CLONE_NEWNS);
            Libc.check(result, "setns", namespace);
            away = true;
        } finally {
            namespace.release();
        }
    }

    /** Goes back to the namespace the agent lives in; does nothing when there already. */
    public void home() throws ErrnoException {
        if (!away) {
            return;
        }
        int held = prepared().namespace.hold();
        try {
            Libc.check(Libc.setns(held, Abi.CLONE_NEWNS), "setns", "home");
            away = false;
        } finally {
            prepared().namespace.release();
        }
    }

    /** Status of "/" here: inside a container's namespace, the identity of its root. */
    public FileStatus root() throws ErrnoException {
        prepared();
        return FileStatus.of("/");
    }

    /** Mounts of the namespace the thread is in, told by home's procfs: the container's own /proc is not asked. */
    public MountTable mountTable(MountFilter filter) throws ErrnoException {
        return Procfs.mounts(prepared().thread, filter);
    }

    /** The mount of that id, of the namespace the thread is in; null when there is none. */
    public @Nullable MountEntry mount(long id) throws ErrnoException {
        return mountTable(MountFilter.byId(id)).byId(id);
    }

    /** "/" here, open: the top of what is mounted there. */
    public Descriptor openRoot() throws ErrnoException {
        Place place = new Place(prepared().thread, "/");
        int flags = Abi.O_PATH | Abi.O_DIRECTORY | Abi.O_CLOEXEC;
        int fd = Libc.openat(Abi.AT_FDCWD, Scratch.own().path("/"), flags, 0);
        return new Descriptor(Libc.check(fd, "openat", "/"), "/", place);
    }

    /** Whether the mount namespace the thread is in belongs to the user namespace of the agent (ioctl_nsfs(2), 4.9). */
    public boolean isOfOwnUsers() throws ErrnoException {
        try (Descriptor namespace = Procfs.mountNamespace(prepared().thread);
                Descriptor own = Procfs.open("self/ns/user", 0)) {
            long owner = Libc.syscall(Abi.SYS_IOCTL, namespace.hold(), Abi.NS_GET_USERNS, 0, 0, 0);
            int checked = Libc.check(owner, "NS_GET_USERNS", namespace);
            namespace.release();
            try (Descriptor users = new Descriptor(checked, "user namespace")) {
                return users.status().sameFile(own.status());
            }
        }
    }

    /**
     * The mount whose root is open and what is mounted on it and below, of the namespace the thread is in; as much of it
     * as {@link FirstMounts} reads. A mount that is not of this namespace is not told. Its cost does not depend on how
     * many lines the namespace's whole table has: the thread makes the mount its root for as long as it reads.
     */
    public MountTable mountsAt(Descriptor mountRoot) throws ErrnoException {
        Home own = prepared();
        if (!away) {
            throw new IllegalStateException("at home the thread keeps its root");
        }
        try (Descriptor root = openRoot()) {
            setRoot(mountRoot);
            try {
                return FirstMounts.of(own.thread);
            } finally {
                setRoot(root);
            }
        }
    }

    /** How the mount whose root is open is mounted in the namespace the thread is in; null when it is not mounted there. */
    public @Nullable MountState mountState(Descriptor mountRoot) throws ErrnoException {
        prepared();
        MountState asked = MountState.asked(mountRoot);
        return asked != null
                ? asked
                : MountState.read(mountsAt(mountRoot), mountRoot.status().mountId());
    }

    private static void setRoot(Descriptor directory) throws ErrnoException {
        int held = directory.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", directory);
            Libc.check(Libc.chroot(Scratch.own().path(".")), "chroot", directory);
        } finally {
            directory.release();
        }
    }

    /**
     * A copy of a mount of the namespace the thread is in, without those below it, attached nowhere: gone when closed
     * unattached. It has the attributes that are wished for, and no peer and no master; see {@link IsolatedClone}. The
     * thread is at home afterwards. Compare the copy's {@link Descriptor#status} with the identity on record before using
     * it.
     *
     * @param mountRoot the root of the original, open
     */
    public Descriptor clone(Descriptor mountRoot, MountAttributes attributes) throws IOException {
        prepared();
        return IsolatedClone.of(this, mountRoot, attributes);
    }

    /**
     * The file system of a block device that is mounted already, once more, attached nowhere: gone when closed
     * unattached.
     *
     * @param device looked up here
     * @param like a mount of it
     * @param attributes what the new mount gets: those of the other may be anybody's
     * @throws IOException if it is not the device of that mount
     */
    public Descriptor mountDevice(BlockDevice device, MountEntry like, MountAttributes attributes) throws IOException {
        prepared();
        return device.mount(like, attributes);
    }

    /**
     * Puts a cloned tree on a directory of the namespace the thread is in, on top of what is there. The tree's
     * descriptor then stands for the attached mount, and its status tells that mount's id.
     */
    public void attach(Descriptor tree, Descriptor directory) throws ErrnoException {
        prepared();
        Mounts.attach(tree, directory);
    }

    /**
     * The same by {@link #mountHere}, for kernels without fsmount(2): on top of what is on the directory, at once.
     *
     * @return the root of the new mount, open
     */
    public Descriptor mountDeviceHere(
            BlockDevice device, MountEntry like, MountAttributes attributes, Descriptor directory) throws IOException {
        prepared();
        device.prove(like);
        return mountHere(device.path(), directory, like.type(), attributes.flags(), device.options(like));
    }

    /**
     * Mounts a file system on a directory of the namespace the thread is in, on top of what is there, by mount(2), which
     * every kernel has. The directory is given open, so no path to it is resolved that somebody could have changed; the
     * source is a path of the namespace the thread is in.
     *
     * @param flags MS_… of mount(2)
     * @param data the file system's own options, or null
     * @return the root of the new mount, open
     */
    public Descriptor mountHere(String source, Descriptor directory, String type, long flags, @Nullable String data)
            throws IOException {
        prepared();
        try {
            return Mounts.mountOn(directory, source, type, flags, data);
        } finally {
            leaveDirectory();
        }
    }

    /**
     * Lazily unmounts one mount of the namespace the thread is in, and nothing else. Not by path: what goes is the
     * mount whose root {@code mountRoot} is open on, so it cannot be another one that came to the same place. It is made
     * private first: an unmount takes along what is mounted below, and that of all peers. Refuses with an IOException
     * when anything is mounted on it or below it, because that would go in its stead or with it. One race is left: a
     * mount put on it in the microseconds between that look and the call.
     *
     * @param mountRoot the tree that was attached, or the O_PATH descriptor of a path
     * @param expected what it must be: same file and same mount id
     * @return false when it is not the expected mount, or is not mounted here any more
     */
    public boolean detach(Descriptor mountRoot, FileStatus expected) throws IOException {
        FileStatus status = mountRoot.status();
        if (!status.sameFile(expected) || status.mountId() != expected.mountId()) {
            return false;
        }
        try {
            if (!isAlone(mountRoot, status)) {
                return false;
            }
            Mounts.makePrivate(mountRoot);
            if (!isAlone(mountRoot, status)) {
                return false;
            }
            Mounts.detach(mountRoot);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINVAL) {
                return false;
            }
            throw e;
        } finally {
            leaveDirectory();
        }
    }

    /**
     * Takes one mount of the namespace the thread is in, and what is mounted below it, out of its peer group and away from
     * its master.
     *
     * @param expected what it must be: same file and same mount id
     * @return false when it is not the expected mount, or is not mounted here any more
     */
    public boolean makePrivate(Descriptor mountRoot, FileStatus expected) throws ErrnoException {
        FileStatus status = mountRoot.status();
        boolean same = status.sameFile(expected) && status.mountId() == expected.mountId();
        if (!same || mountsAt(mountRoot).byId(status.mountId()) == null) {
            return false;
        }
        try {
            Mounts.makePrivate(mountRoot);
            return true;
        } finally {
            leaveDirectory();
        }
    }

    /** False when it is no mount of this namespace; an exception when something is mounted on it or below. */
    private boolean isAlone(Descriptor mountRoot, FileStatus status) throws IOException {
        MountTable table = mountsAt(mountRoot);
        List<MountEntry> children = table.mountedOn(status.mountId());
        if (!children.isEmpty()) {
            throw new IOException("not unmounting " + mountRoot + ": "
                    + OneLine.of(children.get(0).mountPoint()) + " is mounted on it; unmount that first");
        }
        return table.byId(status.mountId()) != null;
    }

    /** The working directory of this thread must not pin the mount it has just left. */
    private void leaveDirectory() throws ErrnoException {
        Descriptor root = prepared().root;
        int held = root.hold();
        try {
            Libc.check(Libc.fchdir(held), "fchdir", root);
        } finally {
            root.release();
        }
    }

    /**
     * A thread that was started from this one since shares its root and working directory (pthread_create(3) clones
     * with CLONE_FS): whoever goes on from a future of ours may have done that. Costs nothing when none was.
     */
    private static void unshareDirectories() throws ErrnoException {
        Libc.check(Libc.unshare(Abi.CLONE_FS), "unshare", "CLONE_FS");
    }

    /** setns refuses a thread that shares its root and working directory with others, as all of a JVM's do. */
    private Home prepared() throws ErrnoException {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a visit belongs to " + owner.getName() + " alone");
        }
        if (home == null) {
            unshareDirectories();
            // both probe and open /proc the first time, which only a thread at home can
            KernelCalls ignored = KernelCalls.own();
            Descriptor thread = Procfs.thread();
            home = new Home(
                    Procfs.mountNamespace(thread),
                    Descriptor.open(Abi.AT_FDCWD, "/", Abi.O_PATH | Abi.O_DIRECTORY),
                    thread);
            loadClasses();
        }
        return home;
    }

    /**
     * While at home: abroad our class path is not there, and a class that once failed to load fails for ever. The
     * rehearsal does more; this keeps a caller who skips it from that trap.
     */
    private void loadClasses() throws ErrnoException {
        Home here = prepared();
        long top = FileStatus.of("/").mountId();
        for (MountFilter filter : List.of(MountFilter.byId(top), MountFilter.mountedOn(top))) {
            for (MountEntry entry : mountTable(filter).entries()) {
                String ignored = entry.superOption(entry.type()) + MountAttributes.of(entry);
            }
        }
        try (Descriptor root = openRoot()) {
            String ignored = root + FirstMounts.of(here.thread).toString();
        }
        List<Class<?>> needed =
                List.of(Directories.class, IsolatedClone.class, PrivateMountNamespace.Place.class, InodeMarks.class);
        ErrnoException failure = new ErrnoException(Mounts.class.getName(), needed, Errno.ESRCH);
        String ignored = failure.getMessage() + BlockDevice.ofMapper("none");
    }

    void close() {
        Home last = home;
        if (last != null) {
            last.namespace.close();
            last.root.close();
            last.thread.close();
        }
    }
}
