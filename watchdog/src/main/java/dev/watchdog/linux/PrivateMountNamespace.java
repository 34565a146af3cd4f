package dev.watchdog.linux;

import java.io.IOException;
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

    /** Of all that the namespace was born with. What must not be pivoted from (an initramfs) stays, empty of mounts. */
    private static void letGo(Descriptor root) throws ErrnoException {
        try {
            Mounts.pivot(root);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            long kept = root.status().mountId();
            try (Descriptor thread = Procfs.thread()) {
                for (MountEntry each : FirstMounts.all(thread).entries()) {
                    if (each.id() != kept && !each.mountPoint().equals("/")) {
                        detach(each.mountPoint());
                    }
                }
            }
        }
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

    /** A new empty directory of it, open, for the caller to close. */
    Descriptor place() throws IOException {
        String name = Integer.toString(places.incrementAndGet());
        boolean ignored = Directories.make(root, name, 0700);
        Descriptor place = Directories.open(root, name);
        if (place == null) {
            throw new IOException("the agent's own mount namespace has lost its directory " + name);
        }
        return place;
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
