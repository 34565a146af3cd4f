package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.RootView;
import java.util.ArrayList;
import java.util.List;

/**
 * The probe that finds the fault, is asked again before acting, and proves the repair: does every viewer see the
 * container's own root at the rootfs path. A system call for each viewer that sees it, no namespace is
 * entered. May block on a
 * dead file system: call it on a resident thread.
 */
final class RootProbe {
    private RootProbe() {}

    static Verdict look(Watched watched) {
        List<Sighting> sightings = new ArrayList<>(watched.viewers().size());
        boolean wrong = false;
        boolean stale = false;
        try {
            for (Watched.Viewer viewer : watched.viewers()) {
                Sighting sighting = look(viewer, watched);
                if (sighting.state() == Sighting.State.PRESENT) {
                    sightings.add(sighting);
                } else if (viewer.view().process().exited()) {
                    stale = true;
                } else {
                    sightings.add(sighting);
                    wrong = true;
                }
            }
            // an engine unmounts a root only after the container's first process has exited, so this order tells
            // a root that was lost from one that was put away
            if (watched.init().exited()) {
                return new Verdict.Gone();
            }
        } catch (ErrnoException e) {
            return new Verdict.Unknown(String.valueOf(e.getMessage()));
        }
        if (stale) {
            return new Verdict.Unknown(
                    "a process it was seen through has exited; it is looked at anew through another");
        }
        return wrong ? new Verdict.Lost(sightings) : new Verdict.Healthy();
    }

    /** Of one whose root everybody sees: whether it still runs. */
    static Verdict stillThere(Watched watched) {
        try {
            return watched.init().exited() ? new Verdict.Gone() : new Verdict.Healthy();
        } catch (ErrnoException e) {
            return new Verdict.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Whether everybody sees it: enough to know that a change of the mount table was not about this container. Not
     * whether it still runs. The cheapest look there is, for a host where health checks change the table 60 times a
     * second: one system call for each viewer, and nothing is kept.
     */
    static boolean isPresent(Watched watched) {
        try {
            for (Watched.Viewer viewer : watched.viewers()) {
                if (!viewer.straight() || look(viewer, watched).state() != Sighting.State.PRESENT) {
                    return false;
                }
            }
            return true;
        } catch (ErrnoException | IllegalStateException e) {
            // what is wrong with it is for the whole look to say
            return false;
        }
    }

    /** What is lost is not put into what somebody has mounted over its place. */
    static Sighting look(Watched.Viewer viewer, Watched watched) throws ErrnoException {
        Sighting seen = see(viewer, watched);
        return seen.state().mendable() && Cover.hides(viewer, watched)
                ? new Sighting(viewer, Sighting.State.HIDDEN, Cover.over(viewer, watched.mountPoint()))
                : seen;
    }

    /** At a glance first, which is right as long as all is well: most looks are of that kind. */
    private static Sighting see(Watched.Viewer viewer, Watched watched) throws ErrnoException {
        RootView files = viewer.view().files();
        if (viewer.straight()) {
            FileStatus at = files.glance(watched.rootfs());
            Sighting glance = watched.identity().isSubdirectory()
                    ? Sighting.below(viewer, watched.identity(), at, null)
                    : Sighting.of(viewer, watched.identity(), at);
            if (glance.state() == Sighting.State.PRESENT) {
                return glance;
            }
        }
        FileStatus found = files.look(watched.rootfs());
        return watched.identity().isSubdirectory()
                ? Sighting.below(viewer, watched.identity(), found, files.look(watched.mountPoint()))
                : Sighting.of(viewer, watched.identity(), found);
    }
}
