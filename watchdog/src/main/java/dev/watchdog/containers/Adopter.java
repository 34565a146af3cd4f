package dev.watchdog.containers;

import dev.watchdog.containerd.SnapshotRecords;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.Listeners;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a running container under watch: proves what its root is and finds out who must see it. Runs on a resident
 * thread.
 */
final class Adopter {
    /** Who listens on an address is found by reading all of /proc: once for each runtime, not for each container. */
    private record Daemon(int pid, long startTime) {
        boolean lives() {
            try {
                return Processes.startTime(pid) == startTime;
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** An address, and the namespace and root that it is meant in: a runtime with others may use the same words. */
    private record Address(String path, long namespace, FileStatus root) {}

    private final Views views;
    private final Map<Address, Daemon> runtimes = new ConcurrentHashMap<>();
    /** Start times of engines when they were told of, so that a reused number is not taken for one. */
    private final Map<Integer, Long> engines = new ConcurrentHashMap<>();

    Adopter(Views views) {
        this.views = views;
    }

    /**
     * Looks at it for the first time.
     *
     * @throws UnprovenException if its root cannot be proved to be its own
     * @throws IOException if it has ended meanwhile, or may not be looked at
     */
    Watched adopt(Visit visit, RunningContainer container) throws IOException, UnprovenException {
        if (container.unsupported() != null) {
            throw new UnprovenException(container.unsupported());
        }
        if (container.pid() <= 1) {
            throw new UnprovenException("its record tells no process of its own");
        }
        Pidfd init = Pidfd.open(container.pid());
        boolean adopted = false;
        try {
            meet(container.enginePid());
            List<Watched.Viewer> viewers = viewers(container, init);
            RootIdentity identity = RootProver.prove(
                    visit, container, init, viewers, (root, mapper) -> isOnRecord(container, init, root, mapper));
            Watched watched = Watched.of(
                    container, init, identity, viewers, PeerMounts.of(visit, container, identity.mount(), viewers));
            adopted = true;
            return watched;
        } finally {
            if (!adopted) {
                init.close();
            }
        }
    }

    /** containerd's own records name this very root. */
    private boolean isOnRecord(RunningContainer container, Pidfd init, MountEntry root, String mapperName)
            throws IOException, UnprovenException {
        int shim = shim(container, init);
        int runtime = shim > 1 ? runtimeOf(shim) : 0;
        if (!(container.layer() instanceof Layer.Snapshot snapshot) || runtime == 0) {
            return false;
        }
        try {
            SnapshotRecords.Snapshot recorded = SnapshotRecords.of(runtime, snapshot.namespace(), snapshot.key());
            return recorded != null && Layer.Snapshot.isThis(recorded, root, mapperName);
        } catch (IOException e) {
            throw new UnprovenException("it was lost before it was first looked at, and containerd's records of it"
                    + " cannot be read: " + e.getMessage());
        }
    }

    private static int shim(RunningContainer container, Pidfd init) throws IOException {
        return container.shimPid() > 0 ? container.shimPid() : Processes.parent(init.pid());
    }

    /**
     * Whether what looks after a container lives as a user who is root of nothing but himself: in another user namespace
     * than the agent, which must be the host's root. (pid 1's may not be readable to it.)
     */
    static boolean isRootless(RunningContainer container) {
        try {
            int own = (int) ProcessHandle.current().pid();
            int parent = container.pid() > 1 ? Processes.parent(container.pid()) : 0;
            return parent > 1 && Processes.userNamespace(parent) != Processes.userNamespace(own);
        } catch (IOException e) {
            // it has ended, which whoever looks at it finds out
            return false;
        }
    }

    /** The same container as its engine tells of it now, with the viewers of now. */
    Watched renew(Watched watched, RunningContainer container) throws IOException, UnprovenException {
        meet(container.enginePid());
        return Watched.of(container, watched.init(), watched.identity(), viewers(container, watched.init()));
    }

    /** The same container with those of its viewers that still live: an engine or a runtime may have ended. */
    Watched refresh(Watched watched) throws IOException, UnprovenException {
        return Watched.of(
                watched.container(), watched.init(), watched.identity(), viewers(watched.container(), watched.init()));
    }

    private void meet(int engine) {
        if (engine > 1) {
            try {
                engines.put(engine, Processes.startTime(engine));
            } catch (IOException e) {
                engines.remove(engine);
            }
        }
    }

    private boolean isKnown(int engine) throws IOException {
        try {
            return engine > 1 && Long.valueOf(Processes.startTime(engine)).equals(engines.get(engine));
        } catch (NoSuchFileException e) {
            engines.remove(engine);
            return false;
        }
    }

    private List<Watched.Viewer> viewers(RunningContainer container, Pidfd init) throws IOException, UnprovenException {
        int shim = shim(container, init);
        if (init.exited()) {
            throw new UnprovenException("it has ended");
        }
        // through the one that lives longest where they share a namespace: a shim ends with its container
        Map<View, List<String>> roles = new LinkedHashMap<>();
        if (isKnown(container.enginePid())) {
            add(roles, container.enginePid(), "engine");
        }
        if (shim > 1) {
            add(roles, runtimeBeside(shim), "runtime");
            add(roles, shim, "shim");
        }
        if (roles.isEmpty()) {
            throw new UnprovenException("neither its shim nor its engine is to be found");
        }
        List<Watched.Viewer> viewers = new ArrayList<>();
        String layer =
                container.rootfs().substring(0, Math.max(1, container.rootfs().lastIndexOf('/')));
        roles.forEach((view, names) ->
                viewers.add(new Watched.Viewer(view, names, view.files().leadsStraight(layer))));
        return viewers;
    }

    private void add(Map<View, List<String>> roles, int pid, String role) throws IOException {
        if (pid <= 1) {
            return;
        }
        try {
            View view = views.of(pid);
            roles.computeIfAbsent(view, first -> new ArrayList<>()).add(role);
        } catch (ErrnoException e) {
            if (!e.symbol().equals("ESRCH") && !e.symbol().equals("ENOENT")) {
                throw e;
            }
            // it has exited: it sees nothing and needs nothing
        }
    }

    /** It executes nothing itself: in another namespace it never had the mount, and does not need it. */
    private int runtimeBeside(int shim) {
        try {
            int runtime = runtimeOf(shim);
            boolean beside = runtime > 1 && Processes.mountNamespace(runtime) == Processes.mountNamespace(shim);
            return beside ? runtime : 0;
        } catch (IOException e) {
            // one of them has exited: looking through the shim will tell
            return 0;
        }
    }

    /** containerd, by the address on its shim's command line; 0 when that does not tell. */
    private int runtimeOf(int shim) throws IOException {
        String address = after("-address", Processes.commandLine(shim));
        if (address == null || !address.startsWith("/")) {
            return 0;
        }
        try (Pidfd process = Pidfd.open(shim);
                RootView eyes = RootView.of(process)) {
            FileStatus root = eyes.look("/");
            return root == null ? 0 : runtimeAt(new Address(address, Processes.mountNamespace(shim), root), eyes);
        }
    }

    private int runtimeAt(Address address, RootView eyes) throws IOException {
        Daemon known = runtimes.get(address);
        if (known != null && known.lives()) {
            return known.pid();
        }
        List<Integer> listeners = Listeners.of(eyes, address.path());
        if (listeners.isEmpty()) {
            return 0;
        }
        int pid = listeners.get(0);
        for (int listener : listeners) {
            if (Processes.mountNamespace(listener) == address.namespace()) {
                pid = listener;
                break;
            }
        }
        boolean ignored = runtimes.values().removeIf(daemon -> !daemon.lives());
        runtimes.put(address, new Daemon(pid, Processes.startTime(pid)));
        return pid;
    }

    private static @Nullable String after(String option, List<String> words) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 >= words.size() ? null : words.get(at + 1);
    }
}
