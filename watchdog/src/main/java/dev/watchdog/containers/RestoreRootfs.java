package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Directories;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The remedy: clones the container's own root mount, from inside its namespace, and moves the clone to the rootfs path
 * in each namespace that lost it. A clone is the same file system, so there is never a second overlay on the same
 * directories, and nothing has to be rebuilt from options; what the container may have done to its own mount is not on
 * it ({@link RootCopy}). Where the root is a directory of what was mounted
 * (devicemapper), its block device is mounted instead, which is the same file system too. Nothing of the container's is
 * run, stopped or restarted.
 *
 * <p>The source stays there while the container lives: after pivot_root the container's root is not attached to the
 * path that was lost. If the container ends before the clone is in place, its engine may have put its mounts away
 * already: the clone is taken back. If it ends later, its engine finds the clone where its own mount was.
 *
 * <p>One repair is one visit on one resident thread.
 */
final class RestoreRootfs {
    private static final int ENGINES_MODE = 0700;

    /** How often a directory is made that somebody removes again and again. */
    private static final int MOST_DIRECTORIES = 5;

    private static final Set<String> MOUNTING = Set.of("move_mount", "mount");

    /** A clone that was attached, and where. */
    private record Placed(Watched.Viewer viewer, Descriptor tree) {}

    private final HostClock clock;
    private final Consumer<RepairStep> steps;

    RestoreRootfs(HostClock clock, Consumer<RepairStep> steps) {
        this.clock = clock;
        this.steps = steps;
    }

    /** Looks again, acts, proves. An exception means that it did not work and that nothing of it is left. */
    Outcome repair(Visit visit, Action action, Watched watched, Mending.Means means) throws IOException {
        List<Placed> placed = new ArrayList<>();
        try {
            return repair(visit, action, watched, means, placed);
        } catch (IOException | RuntimeException e) {
            try {
                undo(visit, placed);
            } catch (IOException left) {
                return new Outcome.Failed(
                        e.getMessage() + "; what had been mounted could not be taken back: " + left.getMessage());
            }
            if (watched.init().isClosed() || watched.init().exited()) {
                return ended();
            }
            throw e;
        } finally {
            placed.forEach(each -> each.tree().close());
        }
    }

    private Outcome repair(Visit visit, Action action, Watched watched, Mending.Means means, List<Placed> placed)
            throws IOException {
        steps.accept(RepairStep.BEGUN);
        Verdict before = RootProbe.look(watched);
        if (before instanceof Verdict.Healthy) {
            return new Outcome.Unneeded("its root was found mounted when looked at again just before acting");
        }
        if (before instanceof Verdict.Gone) {
            return new Outcome.Gone("the container had ended before anything was done");
        }
        if (before instanceof Verdict.Unknown unknown) {
            return new Outcome.Failed("it could not be looked at again: " + unknown.why());
        }
        Verdict.Lost lost = (Verdict.Lost) before;
        if (!lost.mendable()) {
            return new Outcome.Failed("what is in its place is somebody else's and is not touched: "
                    + RootFindings.summary(watched, lost));
        }
        steps.accept(RepairStep.PROBED);
        return means == Mending.Means.DIRECTORY
                ? directoryAlone(watched, lost)
                : place(visit, action, watched, means, Masters.first(lost.wrong(), watched.mountPoint()), placed);
    }

    private static Outcome ended() {
        return new Outcome.Gone("the container ended during the repair; what had been mounted was taken back");
    }

    private Outcome place(
            Visit visit, Action action, Watched watched, Mending.Means means, List<Sighting> order, List<Placed> placed)
            throws IOException {
        for (Sighting sighting : order) {
            if (clock.now().sinceBoot().compareTo(action.deadline()) > 0) {
                undo(visit, placed);
                return new Outcome.Undone("its time was up before all was in place");
            }
            attach(visit, watched, sighting.viewer(), means, placed);
            if (watched.init().exited()) {
                undo(visit, placed);
                return ended();
            }
        }
        Duration acted = clock.now().sinceBoot();
        Verdict after = RootProbe.look(watched);
        steps.accept(RepairStep.VERIFIED);
        if (after instanceof Verdict.Healthy) {
            Duration proved = clock.now().sinceBoot();
            return new Outcome.Succeeded(
                    result(watched, placed), action.stages().micros(acted, proved), proved);
        }
        if (after instanceof Verdict.Gone) {
            // it lived after the last clone was in place: its engine puts the clones away as it would its own mount
            return new Outcome.Gone("the container ended after its root was back; its engine puts it away");
        }
        undo(visit, placed);
        return new Outcome.Undone("its root was still not seen everywhere afterwards: "
                + (after instanceof Verdict.Lost lost
                        ? RootFindings.summary(watched, lost)
                        : ((Verdict.Unknown) after).why()));
    }

    /** Looks at this one viewer again and puts a clone there, unless there is nothing to do any more. */
    private void attach(Visit visit, Watched watched, Watched.Viewer viewer, Mending.Means means, List<Placed> placed)
            throws IOException {
        Sighting now = RootProbe.look(viewer, watched);
        if (now.state() == Sighting.State.PRESENT) {
            return;
        }
        if (!now.state().mendable()) {
            throw new IOException("not mounting over what is at " + watched.rootfs() + " as seen by the "
                    + viewer.role() + ": " + now.state().words());
        }
        if (means == Mending.Means.DEVICE_AT_ONCE) {
            mountDevice(visit, watched, viewer, placed);
            return;
        }
        Descriptor tree = means == Mending.Means.DEVICE
                ? RootCopy.ofDevice(visit, watched, viewer)
                : RootCopy.ofContainer(visit, watched);
        try {
            steps.accept(RepairStep.CLONED);
            onDirectory(viewer, watched, directory -> attach(visit, watched, viewer, tree, directory, placed));
        } finally {
            if (placed.stream().noneMatch(each -> each.tree() == tree)) {
                tree.close();
            }
        }
    }

    private static void attach(
            Visit visit,
            Watched watched,
            Watched.Viewer viewer,
            Descriptor tree,
            Descriptor directory,
            List<Placed> placed)
            throws IOException {
        long below = directory.status().mountId();
        visit.enter(viewer.view().entrance());
        try {
            visit.attach(tree, directory);
            boolean ignored = placed.add(new Placed(viewer, tree));
            RootCopy.verify(visit, tree, below, watched.identity().attributes());
        } finally {
            visit.home();
        }
    }

    /** By mount(2), which attaches what it mounts at once: what turns out to be another's is taken off again. */
    private void mountDevice(Visit visit, Watched watched, Watched.Viewer viewer, List<Placed> placed)
            throws IOException {
        RootIdentity identity = watched.identity();
        onDirectory(viewer, watched, directory -> {
            long below = directory.status().mountId();
            visit.enter(viewer.view().entrance());
            try {
                Descriptor tree = visit.mountDeviceHere(
                        RootCopy.device(identity), identity.mount(), identity.attributes(), directory);
                boolean ignored = placed.add(new Placed(viewer, tree));
                RootCopy.prove(tree, identity);
                RootCopy.verify(visit, tree, below, identity.attributes());
            } finally {
                visit.home();
            }
        });
    }

    /** What is mounted on a directory. */
    @FunctionalInterface
    private interface Mounting {
        void on(Descriptor directory) throws IOException;
    }

    /**
     * Does nothing when the container has ended. Who has taken a mount away often removes its directory next; that may
     * come between its being opened and its being mounted on, and then it is made once more.
     */
    private void onDirectory(Watched.Viewer viewer, Watched watched, Mounting mounting) throws IOException {
        boolean done = false;
        for (int left = MOST_DIRECTORIES; !done; left--) {
            try (Descriptor directory = bareDirectory(viewer, watched)) {
                if (watched.init().exited()) {
                    return;
                }
                mounting.on(directory);
                done = true;
            } catch (ErrnoException e) {
                if (left == 1 || !e.symbol().equals("ENOENT") || !MOUNTING.contains(e.call())) {
                    throw e;
                }
            }
        }
        steps.accept(RepairStep.ATTACHED);
    }

    /**
     * All that can be done for an overlay's root where no mount can be cloned. It is not a repair: what is proved
     * afterwards is that, and that the root is still not mounted.
     */
    private Outcome directoryAlone(Watched watched, Verdict.Lost lost) throws IOException {
        for (Sighting each : lost.wrong()) {
            directory(each.viewer(), watched).close();
        }
        return new Outcome.Failed("the directory " + watched.mountPoint() + " was made again, so docker exec works; its"
                + " root cannot be mounted there on this kernel, so docker cp does not: restart the container when"
                + " that suits");
    }

    /** Open, and with nothing mounted on it. */
    private Descriptor bareDirectory(Watched.Viewer viewer, Watched watched) throws IOException {
        Descriptor directory = directory(viewer, watched);
        boolean bare = false;
        try {
            steps.accept(RepairStep.DIRECTORY_OPEN);
            bare = !directory.status().mountRoot();
            if (!bare) {
                throw new IOException("something was mounted on " + watched.mountPoint() + " during the repair");
            }
            return directory;
        } finally {
            if (!bare) {
                directory.close();
            }
        }
    }

    private static Descriptor directory(Watched.Viewer viewer, Watched watched) throws IOException {
        String mountPoint = watched.mountPoint();
        FileStatus layer = watched.layer();
        int slash = mountPoint.lastIndexOf('/');
        String above = mountPoint.substring(0, Math.max(1, slash));
        String leaf = mountPoint.substring(slash + 1);
        try (Descriptor parent = viewer.view().files().open(above)) {
            if (parent == null) {
                throw new IOException("the directory " + above + " is gone, so is the container's layer");
            }
            if (layer != null && !parent.status().sameFile(layer)) {
                throw new IOException("another directory is in the place of " + above + ": it is covered");
            }
            boolean ignored = Directories.make(parent, leaf, ENGINES_MODE);
            Descriptor directory = Directories.open(parent, leaf);
            if (directory == null) {
                throw new IOException(mountPoint + " is not a directory");
            }
            return directory;
        }
    }

    /** Takes back what was placed, and nothing else; the newest first. What throws leaves something behind. */
    private void undo(Visit visit, List<Placed> placed) throws IOException {
        for (int i = placed.size() - 1; i >= 0; i--) {
            Placed each = placed.get(i);
            if (each.viewer().view().process().exited()) {
                continue;
            }
            visit.enter(each.viewer().view().entrance());
            try {
                boolean ignored = visit.detach(each.tree(), each.tree().status());
            } finally {
                visit.home();
            }
        }
    }

    private static Evidence result(Watched watched, List<Placed> placed) {
        List<String> roles = placed.stream().map(each -> each.viewer().role()).toList();
        return Evidence.of("root mounted again on " + watched.rootfs() + " for the "
                        + (roles.isEmpty() ? "viewers it was propagated to" : String.join(" and the ", roles)))
                .with("rootfs", watched.rootfs())
                .with("placedFor", roles);
    }
}
