package dev.watchdog.linux;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A mount namespace of the agent's own with nothing in it but an empty tmpfs: a place to work on a clone before anybody
 * sees it. No mount of it has a peer or a master anywhere, and it holds nothing of the host's. It lasts as long as the
 * thread that it was made by, at most as long as the process. Safe from any thread.
 */
final class PrivateMountNamespace {
    /** Every Linux has this directory; only this namespace sees what is put on it. */
    private static final String STAGE = "/proc";

    private static final String SOURCE = "watchdog-private";
    private static final String SMALL = "mode=0700,size=64k";

    private static @Nullable PrivateMountNamespace own;

    private final PrivateThread keeper = new PrivateThread("mountns-private");
    private final AtomicInteger places = new AtomicInteger();
    private final Descriptor thread;
    private final Descriptor root;

    private PrivateMountNamespace() throws IOException {
        boolean made = false;
        try {
            keeper.unshare();
            // before the pivot: afterwards there is nothing that a class could be loaded from
            thread = keeper.call(Procfs::thread);
            root = keeper.call(PrivateMountNamespace::mountRoot);
            made = true;
        } finally {
            if (!made) {
                keeper.close();
            }
        }
    }

    /** That of this process, made when first asked for: by a thread that is at home. */
    static synchronized PrivateMountNamespace own() throws IOException {
        PrivateMountNamespace known = own;
        if (known == null) {
            known = new PrivateMountNamespace();
            own = known;
        }
        return known;
    }

    private static Descriptor mountRoot() throws ErrnoException {
        standAtTheTop();
        Mounts.mount(SOURCE, STAGE, "tmpfs", 0, SMALL);
        Descriptor root = Descriptor.open(Abi.AT_FDCWD, STAGE, Abi.O_PATH | Abi.O_DIRECTORY);
        boolean moved = false;
        try {
            letGo(root);
            moved = true;
            return root;
        } finally {
            if (!moved) {
                root.close();
            }
        }
    }

    /** Whoever started the agent may have chrooted: entering a namespace leads to its root, also one that one is in. */
    private static void standAtTheTop() throws ErrnoException {
        try (Descriptor thread = Procfs.thread();
                Descriptor namespace = Procfs.mountNamespace(thread)) {
            int held = namespace.hold();
            try {
                Libc.check(Libc.setns(held, Abi.CLONE_NEWNS), "setns", namespace);
            } finally {
                namespace.release();
            }
        }
    }

    /** Of all that the namespace was born with. What must not be pivoted from (an initramfs) stays, empty of mounts. */
    static void letGo(Descriptor root) throws ErrnoException {
        try {
            Mounts.pivot(root);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            detachOthers();
        }
    }

    /** A part of the table at a time: it has as many lines as somebody has mounted. */
    private static void detachOthers() throws ErrnoException {
        try (Descriptor thread = Procfs.thread()) {
            List<MountEntry> before = List.of();
            List<MountEntry> others = others(thread);
            while (!others.isEmpty()) {
                if (others.equals(before)) {
                    throw new ErrnoException("umount2", others.get(0).mountPoint(), Errno.EBUSY);
                }
                for (MountEntry each : others) {
                    detach(each.mountPoint());
                }
                before = others;
                others = others(thread);
            }
        }
    }

    private static List<MountEntry> others(Descriptor thread) throws ErrnoException {
        return FirstMounts.of(thread).entries().stream()
                .filter(each -> !isKept(each.mountPoint()))
                .toList();
    }

    /** The root that cannot be left, and what is covered by the new one: procfs and such, of no device. */
    private static boolean isKept(String mountPoint) {
        return mountPoint.equals("/") || mountPoint.equals(STAGE) || mountPoint.startsWith(STAGE + "/");
    }

    /** What was mounted below another one has gone with it. */
    private static void detach(String mountPoint) throws ErrnoException {
        try {
            Mounts.detach(mountPoint);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** What setns takes, for the caller to close. */
    Descriptor open() throws ErrnoException {
        return Procfs.mountNamespace(thread);
    }

    /** A new empty directory of it, for the caller to close. */
    Place place() throws IOException {
        String name = Integer.toString(places.incrementAndGet());
        boolean ignored = Directories.make(root, name, 0700);
        Descriptor directory = Directories.open(root, name);
        if (directory == null) {
            throw new IOException("the agent's own mount namespace has lost its directory " + name);
        }
        return new Place(root, name, directory);
    }

    /** A directory to mount on, which goes with this. */
    record Place(Descriptor parent, String name, Descriptor directory) implements AutoCloseable {
        @Override
        public void close() throws ErrnoException {
            directory.close();
            try {
                Directories.remove(parent, name);
            } catch (ErrnoException e) {
                // what could not be taken off it goes with the namespace
                if (e.errno() != Errno.EBUSY) {
                    throw e;
                }
            }
        }
    }

    /**
     * Never used again: whoever is in it leaves it, and then it goes with all that is still mounted there. The end of a
     * namespace unmounts nothing anywhere else (put_mnt_ns).
     */
    static synchronized void abandon(PrivateMountNamespace namespace) {
        if (own == namespace) {
            own = null;
        }
        namespace.root.close();
        namespace.thread.close();
        namespace.keeper.close();
    }
}
