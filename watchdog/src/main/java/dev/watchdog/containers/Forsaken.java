package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Processes;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes containers from under watch whose engine says that they have exited though their processes live on. Nothing is
 * mended on them: their engine would mount what it starts again over it. What an engine said may be older than the start
 * that it told of meanwhile, so each is asked about once more by the next sweep. Confined to the detector's thread.
 */
final class Forsaken {
    private final Watchlist watchlist;
    private final Consumer<RunningContainer> ask;
    private final Consumer<Finding> report;
    private final HostClock clock;
    /** Those that were taken since the last sweep. */
    private final Set<String> fresh = new HashSet<>();

    /** @param ask asks whoever told of a container what it says now */
    Forsaken(Watchlist watchlist, Consumer<RunningContainer> ask, Consumer<Finding> report, HostClock clock) {
        this.watchlist = watchlist;
        this.ask = ask;
        this.report = report;
        this.clock = clock;
    }

    /** Asks once more about each that was taken for one since the last time. */
    void sweep() {
        List<String> again = List.copyOf(fresh);
        fresh.clear();
        for (String id : again) {
            Watchlist.Unwatched left = watchlist.unwatched(id);
            if (left != null && left.forsaken()) {
                ask.accept(left.container());
            }
        }
    }

    /** Of one that is not under watch, and not among those that run: it is dropped, or asked about while it lives. */
    void lookOrDrop(String id) {
        Watchlist.Unwatched left = watchlist.unwatched(id);
        if (left != null && left.forsaken() && Watchlist.lives(left)) {
            ask.accept(left.container());
        } else {
            watchlist.drop(id);
        }
    }

    /**
     * It has been taken for one, and who tells of it now is no engine: the runtime's state files know no names. An engine that
     * says that it runs is believed; it may just have been starting when it was taken for one.
     */
    boolean isKnown(RunningContainer container) {
        Watchlist.Unwatched left = watchlist.unwatched(container.id());
        return left != null
                && container.name().isEmpty()
                && left.forsaken()
                && left.container().pid() == container.pid()
                && Watchlist.lives(left);
    }

    /** Its engine says that it has ended. */
    void take(RunningContainer container) {
        Watched watched = watchlist.find(container.id());
        if (watched != null && watched.container().pid() != container.pid()) {
            // it has been started anew meanwhile
            return;
        }
        Watchlist.Unwatched left = new Watchlist.Unwatched(container, why(container.pid()), true);
        if (Watchlist.lives(left)) {
            if (!isTaken(container)) {
                fresh.add(container.id());
            }
            watchlist.forsake(left);
        } else {
            watchlist.drop(container.id());
        }
        over(container.id());
    }

    private boolean isTaken(RunningContainer container) {
        Watchlist.Unwatched before = watchlist.unwatched(container.id());
        return before != null && before.forsaken() && before.container().pid() == container.pid();
    }

    /** Its engine has no record of it. */
    void removed(String id) {
        watchlist.drop(id);
        over(id);
    }

    /** Nothing is asked of its root any more. */
    private void over(String id) {
        report.accept(new Finding.Gone(new Subject(Watched.KIND, id), RootFindings.LOST.name(), clock.now()));
    }

    private static String why(int pid) {
        return "its engine says that it has exited, and its process " + pid
                + " lives on with nobody to look after it: end " + both(pid)
                + ", then 'docker start' it if it is to run";
    }

    private static String both(int pid) {
        try {
            int shim = Processes.parent(pid);
            return shim > 1 ? "it and its shim ('kill -9 " + shim + " " + pid + "')" : "it ('kill -9 " + pid + "')";
        } catch (IOException e) {
            return "it ('kill -9 " + pid + "')";
        }
    }
}
