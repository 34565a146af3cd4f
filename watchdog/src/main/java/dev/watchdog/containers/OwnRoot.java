package dev.watchdog.containers;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountFilter;
import dev.watchdog.linux.MountTable;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container may live on: what is at "/" of its mount namespace, and the root of its first process, which is what
 * the container's own mounts over "/" do not change. Which of them is its root is for who asks to know. No path of the
 * container's is walked. On a resident thread.
 *
 * @param root open on it
 * @param status of it
 * @param mount the mount it is on
 */
record OwnRoot(Descriptor root, FileStatus status, MountEntry mount) implements AutoCloseable {
    /**
     * A container's root is the first mount of its table, unless the container has changed that: then it may be behind as
     * many mounts as it has made, and the others of its batch do not wait for that.
     */
    private static final Duration MAX_READING = Duration.ofMillis(100);

    /** The one at "/" first, then the other one if it is another mount. The thread is at home afterwards. */
    static List<OwnRoot> all(Visit visit, Pidfd init) throws IOException {
        List<OwnRoot> found = new ArrayList<>();
        boolean whole = false;
        visit.enter(init);
        try {
            OwnRoot top = top(visit);
            if (top != null) {
                found.add(top);
            }
            visit.home();
            OwnRoot first = ofFirstProcess(init, top);
            if (first != null) {
                found.add(first);
            }
            whole = true;
            return found;
        } finally {
            visit.home();
            if (!whole) {
                found.forEach(OwnRoot::close);
            }
        }
    }

    /** The one that is a mount's root with these numbers; null if there is none. In the container's namespace. */
    static @Nullable Descriptor find(Visit visit, Pidfd init, FileStatus expected) throws IOException {
        Descriptor top = visit.openRoot();
        if (isThis(top, expected)) {
            return top;
        }
        top.close();
        try (RootView view = RootView.of(init)) {
            Descriptor root = view.open("/");
            if (root == null || isThis(root, expected)) {
                return root;
            }
            root.close();
            return null;
        }
    }

    /** What cannot be told, such as of a file system that lets nobody in, is another. */
    private static boolean isThis(Descriptor root, FileStatus expected) {
        try {
            FileStatus status = root.status();
            return status.mountRoot() && status.sameFile(expected);
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable OwnRoot top(Visit visit) throws IOException {
        Descriptor root = visit.openRoot();
        OwnRoot found = null;
        try {
            FileStatus status = root.status();
            MountEntry mount = visit.mountTable(wanted(status)).byId(status.mountId());
            found = mount == null ? null : new OwnRoot(root, status, mount);
            return found;
        } finally {
            if (found == null) {
                root.close();
            }
        }
    }

    /** Null when it lives on the same mount. */
    private static @Nullable OwnRoot ofFirstProcess(Pidfd init, @Nullable OwnRoot top) throws IOException {
        Descriptor root;
        try (RootView view = RootView.of(init)) {
            root = view.open("/");
        }
        OwnRoot found = null;
        try {
            FileStatus status = root == null ? null : root.status();
            if (root == null || status == null || (top != null && status.mountId() == top.mount.id())) {
                return null;
            }
            MountEntry mount = MountTable.of(init.pid(), wanted(status)).byId(status.mountId());
            found = mount == null ? null : new OwnRoot(root, status, mount);
            return found;
        } finally {
            if (found == null && root != null) {
                root.close();
            }
        }
    }

    private static MountFilter wanted(FileStatus root) {
        return MountFilter.byId(root.mountId()).within(MAX_READING);
    }

    @Override
    public void close() {
        root.close();
    }
}
