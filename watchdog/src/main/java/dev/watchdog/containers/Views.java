package dev.watchdog.containers;

import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The namespaces that are looked into, one view for each, however many processes live there. Safe from any thread. */
final class Views implements AutoCloseable {
    private record Key(long namespace, int major, int minor, long inode) {}

    private final Map<Key, View> views = new HashMap<>();

    /**
     * The view of the namespace that a process lives in, through it or through one that lives there already.
     *
     * @param process taken over, to be closed when it has exited
     * @throws IOException if the process has exited
     */
    synchronized View of(TrustedProcess process) throws IOException {
        View fresh = open(process);
        FileStatus root = fresh.root();
        Key key = new Key(fresh.namespace(), root.major(), root.minor(), root.inode());
        View known = views.get(key);
        if (known != null && !known.process().exited()) {
            fresh.close();
            return known;
        }
        if (known != null) {
            known.close();
        }
        views.put(key, fresh);
        return fresh;
    }

    private static View open(TrustedProcess process) throws IOException {
        RootView files = null;
        try {
            files = RootView.of(process.pidfd());
            FileStatus root = files.look("/");
            if (root == null) {
                throw new IOException(process + " has no root");
            }
            return new View(Processes.mountNamespace(process.pid()), root, process, files);
        } catch (IOException e) {
            if (files != null) {
                files.close();
            }
            process.close();
            throw e;
        }
    }

    /** All that are open. */
    synchronized List<View> all() {
        return List.copyOf(views.values());
    }

    /** Closes those whose process has exited. */
    synchronized void prune() throws ErrnoException {
        for (View view : List.copyOf(views.values())) {
            if (view.process().exited()) {
                views.values().remove(view);
                view.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        views.values().forEach(View::close);
        views.clear();
    }
}
