package dev.watchdog.containers;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds mounts at rootfs paths that are peers of the container's own root, and makes them private where they are: what is
 * mounted in such a container appears on the host, and unmounting the path takes the container's mounts along. No runtime
 * makes a root like that; repairs by agents before this one left some. On a resident thread.
 */
final class PeerMounts {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMounts.class);
    private static final Pattern PEERS = Pattern.compile("\\bshared:(\\d+)");
    private static final Pattern FOLLOWED = Pattern.compile("\\bmaster:(\\d+)");

    private PeerMounts() {}

    /**
     * The viewers for whom it is one.
     *
     * @param root the mount that the container lives on, in its own namespace
     */
    static List<Watched.Viewer> of(
            Visit visit, RunningContainer container, MountEntry root, List<Watched.Viewer> viewers) throws IOException {
        Optional<String> own = group(PEERS, root);
        List<Watched.Viewer> found = new ArrayList<>();
        if (own.isEmpty() || RootProver.mayHang(root)) {
            return found;
        }
        for (Watched.Viewer viewer : viewers) {
            MountEntry mount = RootProver.mountedFor(visit, container, viewer);
            if (mount != null
                    && (group(PEERS, mount).equals(own)
                            || group(FOLLOWED, mount).equals(own))) {
                found.add(viewer);
            }
        }
        return found;
    }

    /** The other way round, a container that follows its engine's mount, is how runtimes make one. */
    private static Optional<String> group(Pattern kind, MountEntry mount) {
        Matcher group = kind.matcher(mount.propagation());
        return group.find() ? Optional.of(group.group(1)) : Optional.empty();
    }

    /** Makes those of a container private. */
    static void separate(Visit visit, Watched watched) throws IOException {
        for (Watched.Viewer viewer : watched.peers()) {
            try (Descriptor mounted = viewer.view().files().open(watched.mountPoint())) {
                FileStatus status = mounted == null ? null : mounted.status();
                if (mounted == null
                        || status == null
                        || !status.sameFile(watched.identity().root())) {
                    continue;
                }
                visit.enter(viewer.view().entrance());
                boolean done;
                try {
                    done = visit.makePrivate(mounted, status);
                } finally {
                    visit.home();
                }
                if (done) {
                    LOG.warn(
                            "{}: the mount on {} was a peer of the container's own root and is private now, for the {}:"
                                    + " an earlier agent had left it",
                            watched.subject(),
                            watched.mountPoint(),
                            viewer.role());
                }
            }
        }
    }
}
