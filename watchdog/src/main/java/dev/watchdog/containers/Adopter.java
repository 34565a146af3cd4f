package dev.watchdog.containers;

import dev.watchdog.containerd.SnapshotRecords;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.SocketOwner;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UntrustedException;
import dev.watchdog.linux.Visit;
import java.io.IOException;
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
    /** It looks after whatever nobody else does. */
    private static final int FIRST_PROCESS = 1;

    /** An address, and the namespace and root that it is meant in: a runtime with others may use the same words. */
    private record Address(String path, long namespace, FileStatus root) {}

    private final Views views;
    /** Who listens on an address is found by looking at all processes: once for each runtime, not for each container. */
    private final Map<Address, ProcessId> runtimes = new ConcurrentHashMap<>();

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
            List<Watched.Viewer> viewers = viewers(container, init);
            RootIdentity identity = RootProver.prove(
                    visit, container, init, viewers, (root, mapper) -> onRecord(container, init, root, mapper));
            Watched watched = Watched.of(
                    container,
                    init,
                    identity,
                    viewers,
                    PeerMounts.of(visit, container, identity.mount(), viewers),
                    layer(container, identity, viewers));
            adopted = true;
            return watched;
        } finally {
            if (!adopted) {
                init.close();
            }
        }
    }

    /** Where the root is seen, what holds it there. */
    private static @Nullable FileStatus layer(
            RunningContainer container, RootIdentity identity, List<Watched.Viewer> viewers) throws ErrnoException {
        for (Watched.Viewer viewer : viewers) {
            FileStatus root = viewer.view().files().look(container.rootfs());
            if (root != null && root.sameFile(identity.root())) {
                return viewer.view().files().look(Cover.parent(container.mountPoint()));
            }
        }
        return null;
    }

    /** Whether containerd's own records name this very root. */
    private RootProof.Recorded onRecord(RunningContainer container, Pidfd init, MountEntry root, String mapperName)
            throws IOException, UnprovenException {
        if (!(container.layer() instanceof Layer.Snapshot snapshot)) {
            return RootProof.Recorded.NOT_NAMED;
        }
        try (TrustedProcess shim = shim(container, init);
                TrustedProcess runtime = shim == null ? null : runtimeOf(shim)) {
            if (runtime == null) {
                return RootProof.Recorded.AWAY;
            }
            SnapshotRecords.Snapshot recorded = SnapshotRecords.of(runtime.pid(), snapshot.namespace(), snapshot.key());
            return recorded != null && Layer.Snapshot.isThis(recorded, root, mapperName)
                    ? RootProof.Recorded.NAMED
                    : RootProof.Recorded.NOT_NAMED;
        } catch (IOException e) {
            throw new UnprovenException("it was lost before it was first looked at, and containerd's records of it"
                    + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * What runs what is executed in it, which the kernel knows as the parent of its first process, proven; null when
     * there is none any more.
     *
     * @throws UnprovenException if it is not proven to be root's
     */
    private static @Nullable TrustedProcess shim(RunningContainer container, Pidfd init)
            throws IOException, UnprovenException {
        int pid = container.shimPid() > 0 ? container.shimPid() : Processes.parent(init.pid());
        TrustedProcess shim = pid > FIRST_PROCESS ? proven(() -> TrustedProcess.prove(pid)) : null;
        if (shim != null && container.shimPid() <= 0 && Processes.parent(init.pid()) != pid) {
            // it ended meanwhile, and its number may be another's
            shim.close();
            return null;
        }
        return shim;
    }

    /** Looks for a process. */
    private interface Search {
        @Nullable TrustedProcess find() throws IOException;
    }

    /** Null of one that has exited: it sees nothing and needs nothing. */
    private static @Nullable TrustedProcess proven(Search search) throws IOException, UnprovenException {
        try {
            return search.find();
        } catch (UntrustedException e) {
            throw new UnprovenException("what looks after it is left alone: " + e.getMessage());
        } catch (ErrnoException e) {
            if (!e.symbol().equals("ESRCH") && !e.symbol().equals("ENOENT")) {
                throw e;
            }
            return null;
        }
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
        return watched.renewed(container, viewers(container, watched.init()));
    }

    /** The same container with those of its viewers that still live: an engine or a runtime may have ended. */
    Watched refresh(Watched watched) throws IOException, UnprovenException {
        return watched.renewed(watched.container(), viewers(watched.container(), watched.init()));
    }

    private List<Watched.Viewer> viewers(RunningContainer container, Pidfd init) throws IOException, UnprovenException {
        // through the one that lives longest where they share a namespace: a shim ends with its container
        Map<View, List<String>> roles = new LinkedHashMap<>();
        if (container.engine().pid() > FIRST_PROCESS) {
            add(roles, proven(() -> TrustedProcess.prove(container.engine())), "engine");
        }
        TrustedProcess shim = shim(container, init);
        if (init.exited()) {
            if (shim != null) {
                shim.close();
            }
            throw new UnprovenException("it has ended");
        }
        if (shim != null) {
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

    /** Takes the process over. */
    private void add(Map<View, List<String>> roles, @Nullable TrustedProcess process, String role)
            throws IOException, UnprovenException {
        if (process == null) {
            return;
        }
        try {
            View view = views.of(process);
            roles.computeIfAbsent(view, first -> new ArrayList<>()).add(role);
        } catch (ErrnoException e) {
            if (!e.symbol().equals("ESRCH") && !e.symbol().equals("ENOENT")) {
                throw e;
            }
            // it has exited: it sees nothing and needs nothing
        }
    }

    /** It executes nothing itself: in another namespace it never had the mount, and does not need it. */
    private @Nullable TrustedProcess runtimeBeside(TrustedProcess shim) {
        try {
            TrustedProcess runtime = runtimeOf(shim);
            if (runtime != null && Processes.mountNamespace(runtime.pid()) != Processes.mountNamespace(shim.pid())) {
                runtime.close();
                return null;
            }
            return runtime;
        } catch (IOException e) {
            // one of them has exited, or it is not proven: looking through the shim will tell
            return null;
        }
    }

    /** containerd, by the address on the command line of its shim, which root wrote; null when that does not tell. */
    private @Nullable TrustedProcess runtimeOf(TrustedProcess shim) throws IOException {
        String address = after("-address", Processes.commandLine(shim.pid()));
        if (address == null || !address.startsWith("/")) {
            return null;
        }
        try (RootView eyes = RootView.of(shim.pidfd())) {
            FileStatus root = eyes.look("/");
            return root == null
                    ? null
                    : runtimeAt(new Address(address, Processes.mountNamespace(shim.pid()), root), eyes);
        }
    }

    private @Nullable TrustedProcess runtimeAt(Address address, RootView eyes) throws IOException {
        ProcessId known = runtimes.get(address);
        if (known != null && known.lives()) {
            return TrustedProcess.prove(known);
        }
        TrustedProcess found = SocketOwner.of(eyes, address.path());
        if (found != null) {
            boolean ignored = runtimes.values().removeIf(daemon -> !daemon.lives());
            runtimes.put(address, found.id());
        }
        return found;
    }

    private static @Nullable String after(String option, List<String> words) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 >= words.size() ? null : words.get(at + 1);
    }
}
