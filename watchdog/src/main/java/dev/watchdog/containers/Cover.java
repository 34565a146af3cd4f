package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountFilter;
import dev.watchdog.linux.MountTable;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a root that is lost from one that nobody can reach because something was mounted over a directory above it, such
 * as the whole data root. What is seen there then is somebody else's, a copy of the data root perhaps, and is not
 * written to. On a resident thread.
 */
final class Cover {
    private static final Logger LOG = LoggerFactory.getLogger(Cover.class);

    private Cover() {}

    /** Of a root that is not seen where it belongs: whether that place is under something. */
    static boolean hides(Watched.Viewer viewer, Watched watched) throws ErrnoException {
        FileStatus known = watched.layer();
        FileStatus seen = viewer.view().files().look(parent(watched.mountPoint()));
        if (known != null && seen != null) {
            return !seen.sameFile(known);
        }
        return isStillMounted(viewer, watched);
    }

    /** By the mount table, which has what no path leads to any more. */
    private static boolean isStillMounted(Watched.Viewer viewer, Watched watched) {
        RootIdentity identity = watched.identity();
        try {
            return MountTable.of(viewer.view().pid(), MountFilter.at(watched.mountPoint())).entries().stream()
                    .anyMatch(each -> each.major() == identity.root().major()
                            && each.minor() == identity.root().minor());
        } catch (IOException e) {
            LOG.debug("whether {} is covered is not known: {}", watched.mountPoint(), e.getMessage());
            return false;
        }
    }

    /** The nearest directory above a path that is there, and is on what covers the path; null if even "/" is not. */
    static @Nullable FileStatus over(Watched.Viewer viewer, String path) throws ErrnoException {
        return viewer.view().files().look(place(viewer.view().files(), path));
    }

    /** Where that is. */
    static String place(RootView files, String path) throws ErrnoException {
        String at = parent(path);
        while (at.length() > 1 && files.look(at) == null) {
            at = parent(at);
        }
        return at;
    }

    /** The directory above. */
    static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }
}
