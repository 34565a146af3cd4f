package dev.watchdog.containers;

import dev.watchdog.linux.BlockDevice;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.InodeMarks;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a container's root is, once for its life, and how its engine has mounted it. What is not proved is an
 * {@link UnprovenException} and nothing else. Runs on a resident thread; see {@link RootProof} for the rule.
 */
final class RootProver {
    private static final Logger LOG = LoggerFactory.getLogger(RootProver.class);

    private RootProver() {}

    /** Whether the records of who made the container name this mount as its root; asked only when nobody sees it. */
    @FunctionalInterface
    interface Records {
        RootProof.Recorded name(MountEntry root, String mapperName) throws IOException, UnprovenException;
    }

    /**
     * @param viewers who must see the root: processes in namespaces where no container mounts
     * @throws UnprovenException if it cannot be proved
     */
    static RootIdentity prove(
            Visit visit, RunningContainer container, Pidfd init, List<Watched.Viewer> viewers, Records records)
            throws IOException, UnprovenException {
        List<OwnRoot> inside = OwnRoot.all(visit, init);
        try {
            for (OwnRoot each : inside) {
                for (Watched.Viewer viewer : viewers) {
                    if (isSeenBy(viewer, container, each.status())) {
                        return seen(visit, container, each, viewer);
                    }
                }
            }
            return onRecord(visit, container, init, inside, viewers, records);
        } finally {
            inside.forEach(OwnRoot::close);
        }
    }

    /** Where its engine puts it. */
    private static boolean isSeenBy(Watched.Viewer viewer, RunningContainer container, FileStatus root)
            throws ErrnoException {
        FileStatus seen = viewer.view().files().look(container.rootfs());
        boolean whole = container.mountPoint().equals(container.rootfs());
        return seen != null
                && seen.isDirectory()
                && seen.sameFile(root)
                && (seen.mountRoot() || !whole)
                && !viewer.view().process().exited();
    }

    private static RootIdentity seen(Visit visit, RunningContainer container, OwnRoot root, Watched.Viewer viewer)
            throws IOException, UnprovenException {
        String mapperName = mapperName(root.mount());
        String objection = container.layer().objection(root.mount(), mapperName);
        if (objection != null) {
            throw new UnprovenException(objection);
        }
        return new RootIdentity(
                root.status(),
                root.mount(),
                mapperName,
                attributes(visit, container, root.mount(), viewer),
                marked(root));
    }

    /** Of the mount that its engine made. A FUSE file system is not gone into: it may hang, and others would wait. */
    private static MountAttributes attributes(
            Visit visit, RunningContainer container, MountEntry root, Watched.Viewer viewer) throws IOException {
        MountEntry mount = mayHang(root) ? null : mountedFor(visit, container, viewer);
        return mount == null ? MountAttributes.DEFAULT : MountAttributes.of(mount);
    }

    static boolean mayHang(MountEntry root) {
        return root.type().startsWith("fuse");
    }

    /** What is mounted for a viewer where the engine puts it; null when nothing is. */
    static @Nullable MountEntry mountedFor(Visit visit, RunningContainer container, Watched.Viewer viewer)
            throws IOException {
        visit.enter(viewer.view().entrance());
        try (Descriptor mounted = viewer.view().files().open(container.mountPoint())) {
            return mounted == null
                    ? null
                    : visit.mountsAt(mounted).byId(mounted.status().mountId());
        } finally {
            visit.home();
        }
    }

    private static RootIdentity onRecord(
            Visit visit,
            RunningContainer container,
            Pidfd init,
            List<OwnRoot> inside,
            List<Watched.Viewer> viewers,
            Records records)
            throws IOException, UnprovenException {
        if (inside.isEmpty()) {
            throw new UnprovenException("the mount at / of its namespace is not in the mount table");
        }
        OwnRoot root = inside.get(0);
        MountEntry mount = root.mount();
        String mapperName = mapperName(mount);
        Layer layer = container.layer();
        RootProof.Circumstances found = new RootProof.Circumstances(
                container.mayMount(),
                isOfHostsUsers(visit, init),
                inside.stream().allMatch(each -> each.mount().id() == mount.id()),
                layer instanceof Layer.Overlay overlay && isSeenByAny(viewers, overlay.upperDir()),
                layer.objection(mount, mapperName) == null && !layer.isNamed()
                        ? records.name(mount, mapperName)
                        : RootProof.Recorded.NOT_NAMED);
        String objection = RootProof.objection(layer, mount, mapperName, found);
        if (objection != null) {
            throw new UnprovenException(objection);
        }
        return new RootIdentity(root.status(), mount, mapperName, MountAttributes.DEFAULT, marked(root));
    }

    private static boolean isSeenByAny(List<Watched.Viewer> viewers, String directory) throws ErrnoException {
        for (Watched.Viewer viewer : viewers) {
            FileStatus seen = viewer.view().files().look(directory);
            if (seen != null && seen.isDirectory()) {
                return true;
            }
        }
        return false;
    }

    /** False as well where the kernel does not tell (before 4.9). */
    private static boolean isOfHostsUsers(Visit visit, Pidfd init) throws IOException {
        visit.enter(init);
        try {
            return visit.isOfOwnUsers();
        } catch (ErrnoException e) {
            LOG.debug("whose namespace {} lives in is not told: {}", init, e.getMessage());
            return false;
        } finally {
            visit.home();
        }
    }

    /** Marks it, which not every kernel does. */
    private static boolean marked(OwnRoot root) {
        try {
            InodeMarks.own().mark(root.root());
            return true;
        } catch (ErrnoException e) {
            LOG.debug("the root of a container is not marked: {}", e.getMessage());
            return false;
        }
    }

    private static String mapperName(MountEntry mount) {
        return BlockDevice.mapperName(mount.major(), mount.minor());
    }
}
