package dev.watchdog.containers;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UntrustedException;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes back what a crashed agent may have left of a repair whose container has ended meanwhile. The plan says where
 * the root was missing; the root's own file system mounted there now, while its container does not run, can only be the
 * clone. Runs on a resident thread.
 */
final class Leftovers {
    private final Views views;

    Leftovers(Views views) {
        this.views = views;
    }

    /** How many mounts were taken away. */
    int tidy(Visit visit, Plan plan) throws IOException {
        if (lives(visit, plan)) {
            return 0;
        }
        int taken = 0;
        for (Plan.Place place : plan.viewers()) {
            for (int pid : eyes(place)) {
                if (tidy(visit, plan, pid)) {
                    taken++;
                    break;
                }
            }
        }
        return taken;
    }

    /** Its inventory may be wrong, or be nobody's: what its own first process still has for a root is never touched. */
    private static boolean lives(Visit visit, Plan plan) throws IOException {
        try (Pidfd init = Pidfd.open(plan.initPid())) {
            if (init.exited()) {
                return false;
            }
            List<OwnRoot> roots = OwnRoot.all(visit, init);
            roots.forEach(OwnRoot::close);
            return roots.stream().anyMatch(each -> isRoot(each.status(), plan));
        } catch (ErrnoException e) {
            if (e.symbol().equals("ESRCH")) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isRoot(FileStatus status, Plan plan) {
        return status.major() == plan.major() && status.minor() == plan.minor() && status.inode() == plan.inode();
    }

    /** Processes that live in that namespace: the one of the plan, or another that is known. */
    private Set<Integer> eyes(Plan.Place place) throws IOException {
        Set<Integer> pids = new LinkedHashSet<>();
        if (Processes.exists(place.pid()) && Processes.mountNamespace(place.pid()) == place.namespace()) {
            pids.add(place.pid());
        }
        views.all().stream()
                .filter(view -> view.namespace() == place.namespace())
                .forEach(view -> pids.add(view.pid()));
        return pids;
    }

    private static boolean tidy(Visit visit, Plan plan, int pid) throws IOException {
        try (TrustedProcess process = TrustedProcess.prove(pid);
                RootView files = RootView.of(process.pidfd());
                Descriptor found = files.open(plan.mountPoint())) {
            FileStatus root = files.look(plan.rootfs());
            if (found == null || root == null || !isRoot(root, plan)) {
                return false;
            }
            FileStatus status = found.status();
            if (!status.mountRoot()) {
                return false;
            }
            visit.enter(process.confirm());
            try {
                return visit.detach(found, status);
            } finally {
                visit.home();
            }
        } catch (UntrustedException e) {
            // the number is another's by now: nothing of ours can be there
            return false;
        }
    }
}
