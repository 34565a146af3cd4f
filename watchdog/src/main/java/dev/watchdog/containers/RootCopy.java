package dev.watchdog.containers;

import dev.watchdog.linux.BlockDevice;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Directories;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.InodeMarks;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountState;
import dev.watchdog.linux.Visit;
import java.io.IOException;

/**
 * Makes what was lost once more: a copy of the container's own mount, or its own device mounted anew. Proves before it is
 * mounted anywhere that it is the container's root, and afterwards that it is mounted as its engine's own mount was: with
 * those attributes, nobody's slave, and with nothing on it, below it or between it and its place. On a resident thread.
 */
final class RootCopy {
    private static final String MASTER = "master:";

    private RootCopy() {}

    /**
     * Of the container's own mount, from inside its namespace: attached nowhere, gone when closed. The thread is at home
     * afterwards.
     *
     * @throws IOException if its root is not found in it, or not proved to be what was seen first
     */
    static Descriptor ofContainer(Visit visit, Watched watched) throws IOException {
        RootIdentity identity = watched.identity();
        visit.enter(watched.init());
        try (Descriptor source = OwnRoot.find(visit, watched.init(), identity.root())) {
            if (source == null) {
                throw new IOException("its own root is neither at / of the container's namespace nor what its first"
                        + " process lives on any more; not mounting what is there");
            }
            if (identity.marked() && !InodeMarks.own().isMarked(source)) {
                throw new IOException("what has the numbers of its root is not proved to be the file system that was"
                        + " seen first; not mounting it");
            }
            if (!identity.marked() && watched.container().mayMount()) {
                throw new IOException("the container may mount, and fanotify, which would tell its root from another"
                        + " file system with the same numbers, does not work here; not mounting it");
            }
            return proved(copy(visit, source, identity.attributes()), identity);
        } finally {
            visit.home();
        }
    }

    private static Descriptor copy(Visit visit, Descriptor source, MountAttributes attributes) throws IOException {
        try {
            return visit.clone(source, attributes);
        } catch (ErrnoException e) {
            if (e.symbol().equals("EINVAL") && e.call().equals("open_tree")) {
                throw new IOException(
                        "the kernel refuses a copy of the container's root: it was made unbindable there, or mounts are"
                                + " locked to it (open_tree: EINVAL)",
                        e);
            }
            throw e;
        }
    }

    /** Of its device, as a viewer sees its node: attached nowhere, gone when closed. */
    static Descriptor ofDevice(Visit visit, Watched watched, Watched.Viewer viewer) throws IOException {
        RootIdentity identity = watched.identity();
        visit.enter(viewer.view().entrance());
        try {
            return proved(visit.mountDevice(device(identity), identity.mount(), identity.attributes()), identity);
        } finally {
            visit.home();
        }
    }

    static BlockDevice device(RootIdentity identity) {
        return BlockDevice.ofMapper(identity.mapperName());
    }

    private static Descriptor proved(Descriptor copy, RootIdentity identity) throws IOException {
        boolean proved = false;
        try {
            prove(copy, identity);
            proved = true;
            return copy;
        } finally {
            if (!proved) {
                copy.close();
            }
        }
    }

    static void prove(Descriptor copy, RootIdentity identity) throws IOException {
        if (!identity.isSubdirectory()) {
            if (!copy.status().sameFile(identity.root())) {
                throw new IOException("what was copied is not its root; not mounting it");
            }
            return;
        }
        try (Descriptor root = Directories.open(copy, identity.mount().root().substring(1))) {
            if (root == null || !root.status().sameFile(identity.root())) {
                throw new IOException("what its device holds is not its root; not mounting it");
            }
        }
    }

    /**
     * Looks at what was attached, in the namespace where it was.
     *
     * @param below the mount that the directory it was put on is on
     * @throws IOException if it is not as it must be
     */
    static void verify(Visit visit, Descriptor attached, long below, MountAttributes attributes) throws IOException {
        MountState own = visit.mountState(attached);
        if (own == null) {
            throw new IOException("what was mounted is not there any more");
        }
        if (own.bears()) {
            throw new IOException("something was mounted on what had just been mounted");
        }
        if (own.parent() != below) {
            throw new IOException("something was mounted in the place of the root during the repair");
        }
        if (own.propagation().contains(MASTER) || !own.attributes().equals(attributes)) {
            String group = own.propagation().isEmpty() ? "" : " " + own.propagation();
            throw new IOException("it was mounted " + own.attributes() + group + ", not " + attributes);
        }
    }
}
