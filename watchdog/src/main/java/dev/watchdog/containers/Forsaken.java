package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Processes;
import java.io.IOException;
import java.util.List;

/**
 * Takes containers from under watch whose engine says that they have exited though their processes live on. Nothing is
 * mended on them: their engine would mount what it starts again over it. Confined to the detector's thread.
 */
final class Forsaken {
    private final ContainersRuntime room;

    Forsaken(ContainersRuntime room) {
        this.room = room;
    }

    /** Of one that lives while whoever told of it says that it has ended. */
    void ask(RunningContainer container) {
        room.sources().stream()
                .filter(each -> each.name().equals(container.source()))
                .forEach(source -> source.ask(container));
    }

    /** Of one that is not under watch, and not among those that run: it is dropped, or asked about while it lives. */
    void lookOrDrop(String id) {
        Watchlist.Unwatched left = room.watchlist().unwatched(id);
        if (left != null && left.forsaken() && Watchlist.lives(left)) {
            ask(left.container());
        } else {
            room.watchlist().drop(id);
        }
    }

    /**
     * It has been taken for one, and who tells of it now is no engine: the runtime's state files know no names. An engine that
     * says that it runs is believed; it may just have been starting when it was taken for one.
     */
    boolean isKnown(RunningContainer container) {
        Watchlist.Unwatched left = room.watchlist().unwatched(container.id());
        return left != null
                && container.name().isEmpty()
                && left.forsaken()
                && left.container().pid() == container.pid()
                && Watchlist.lives(left);
    }

    /** Its engine says that it has ended. */
    void take(RunningContainer container) {
        Watched watched = room.watchlist().find(container.id());
        if (watched != null && watched.container().pid() != container.pid()) {
            // it has been started anew meanwhile
            return;
        }
        Watchlist.Unwatched left = new Watchlist.Unwatched(container, why(container.pid()), true);
        if (Watchlist.lives(left)) {
            room.watchlist().forsake(left);
        } else {
            room.watchlist().drop(container.id());
        }
        over(container.id());
    }

    /** Its engine has no record of it. */
    void removed(String id) {
        room.watchlist().drop(id);
        over(id);
    }

    /** Nothing is asked of its root any more. */
    private void over(String id) {
        room.bus()
                .report(List.of(new Finding.Gone(
                        new Subject(Watched.KIND, id),
                        RootFindings.LOST.name(),
                        room.clock().now())));
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
