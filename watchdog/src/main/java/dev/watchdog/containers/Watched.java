package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Pidfd;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container under watch: what its root is, and who must see it where.
 *
 * @param subject its name in findings
 * @param home the directory that holds its layer and those of its engine's other containers
 * @param init its first process; it has exited once the container has ended
 * @param viewers who must see the root
 * @param peers those of them that saw it on a peer of the container's own root when it was first looked at
 * @param layer the directory that holds its mount point, as it was when the root was first seen there; null when it never
 *     was
 */
record Watched(
        RunningContainer container,
        Subject subject,
        String home,
        Pidfd init,
        RootIdentity identity,
        List<Viewer> viewers,
        List<Viewer> peers,
        @Nullable FileStatus layer) {
    static final String KIND = "container";

    Watched {
        viewers = List.copyOf(viewers);
        peers = List.copyOf(peers);
    }

    static Watched of(RunningContainer container, Pidfd init, RootIdentity identity, List<Viewer> viewers) {
        return of(container, init, identity, viewers, List.of(), null);
    }

    static Watched of(
            RunningContainer container,
            Pidfd init,
            RootIdentity identity,
            List<Viewer> viewers,
            List<Viewer> peers,
            @Nullable FileStatus layer) {
        return new Watched(
                container,
                new Subject(KIND, container.id()),
                home(container, identity.mountPoint(container.rootfs())),
                init,
                identity,
                viewers,
                peers,
                layer);
    }

    /** The same as its engine tells of it now, and who must see it now. */
    Watched renewed(RunningContainer told, List<Viewer> now) {
        return of(told, init, identity, now, List.of(), layer);
    }

    /** {@code /var/lib/docker/overlay2}; each FUSE file system is one of its own, which may hang alone. */
    private static String home(RunningContainer container, String mountPoint) {
        int leaf = mountPoint.lastIndexOf('/');
        int layer = leaf < 1 ? -1 : mountPoint.lastIndexOf('/', leaf - 1);
        return layer < 1 || container.layer() instanceof Layer.Fuse ? mountPoint : mountPoint.substring(0, layer);
    }

    /** Where what holds its root is mounted: the rootfs path, or the directory above it. */
    String mountPoint() {
        return identity.mountPoint(container.rootfs());
    }

    String rootfs() {
        return container.rootfs();
    }

    /** Its root is seen in one of these mount namespaces. */
    boolean isSeenIn(Set<Long> namespaces) {
        for (Viewer viewer : viewers) {
            if (namespaces.contains(viewer.view().namespace())) {
                return true;
            }
        }
        return false;
    }

    /** A process that one of its namespaces was seen through has exited. */
    boolean hasClosedView() {
        for (Viewer viewer : viewers) {
            if (viewer.view().isClosed()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A namespace and the reasons why it matters.
     *
     * @param roles {@code shim}, {@code engine}, {@code runtime}
     * @param straight no symlink is on the way to the rootfs path there
     */
    record Viewer(View view, List<String> roles, boolean straight) {
        Viewer {
            roles = List.copyOf(roles);
        }

        String role() {
            return String.join("+", roles);
        }
    }
}
