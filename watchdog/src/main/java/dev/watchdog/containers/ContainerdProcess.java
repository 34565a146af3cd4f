package dev.watchdog.containers;

import dev.watchdog.containerd.Bundles;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.SocketOwner;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The containerd of one state directory: the process of root's that listens there, proven. Its files are read as it sees them; while it is away, as
 * the agent does. Looks at processes and files: on a resident thread, {@link #meet} on one at a time.
 */
final class ContainerdProcess {
    private final String state;
    private volatile @Nullable TrustedProcess known;
    private volatile boolean ended;

    /** Work on files. */
    interface Reading<T> {
        T of(RootView files) throws IOException;
    }

    ContainerdProcess(String state) {
        this.state = state;
    }

    /** Where it listens. */
    String socket() {
        return state + "/" + Bundles.SOCKET;
    }

    /** Whether its state directory is there, as the agent sees it. */
    boolean hasState() throws IOException {
        return asTheAgent(files -> {
            try (Descriptor found = files.followOwned(state)) {
                return found != null && found.status().isDirectory();
            }
        });
    }

    /**
     * The one that was met before while it lives, otherwise whoever listens now; null when nobody does.
     *
     * @throws dev.watchdog.linux.UntrustedException if who listens is not proven to be root's
     */
    @Nullable TrustedProcess meet() throws IOException {
        TrustedProcess before = known;
        if (before != null && !before.exited()) {
            return before;
        }
        letGo();
        TrustedProcess found = find();
        known = found;
        if (ended) {
            letGo();
        }
        return found;
    }

    /** Whoever listens now, for the caller to close; null when nobody does. */
    @Nullable TrustedProcess find() throws IOException {
        return SocketOwner.of(socket());
    }

    /** Through the eyes of the one that was met; the agent's own while there is none. */
    <T> T read(Reading<T> reading) throws IOException {
        TrustedProcess met = known;
        return through(met == null ? null : met.again(), reading);
    }

    /** Through the agent's own eyes. */
    static <T> T asTheAgent(Reading<T> reading) throws IOException {
        return through(null, reading);
    }

    /** Through those of a process, which is closed then; the agent's own for none. */
    static <T> T through(@Nullable TrustedProcess process, Reading<T> reading) throws IOException {
        if (process == null) {
            try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid())) {
                return read(self, reading);
            }
        }
        try (process) {
            return read(process.pidfd(), reading);
        }
    }

    private static <T> T read(Pidfd eyes, Reading<T> reading) throws IOException {
        try (RootView files = RootView.of(eyes)) {
            return reading.of(files);
        }
    }

    private void letGo() {
        TrustedProcess before = known;
        known = null;
        if (before != null) {
            before.close();
        }
    }

    /** Lets go of it; who meets it now is let go of at once. */
    void end() {
        ended = true;
        letGo();
    }
}
