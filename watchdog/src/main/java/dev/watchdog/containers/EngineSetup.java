package dev.watchdog.containers;

import dev.watchdog.docker.EngineInfo;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.MountFilter;
import dev.watchdog.linux.MountTable;
import dev.watchdog.linux.ProcessClaims;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import java.util.List;

/**
 * How an engine is set up on its host, as far as that decides whether its next restart breaks containers.
 *
 * @param engine what it tells of itself
 * @param pid its process
 * @param namespace the mount namespace it lives in
 * @param own that namespace is not the host's: another than pid 1's, or a slave of another
 * @param unit the systemd service it runs in; empty when that is not known
 * @param options what of the unit's files gives it a mount namespace of its own
 */
record EngineSetup(EngineInfo engine, int pid, long namespace, boolean own, String unit, List<String> options) {
    /** Engines of one host may be set up each in its own way, so it is the engine that is at risk, not the host. */
    static final String KIND = "engine";

    private static final int LONGEST_ID = 128;
    private static final String PREFIX = "unix://";

    EngineSetup {
        options = List.copyOf(options);
    }

    /** {@code engine/var-run-docker.sock}. */
    static Subject subject(String source) {
        String path = source.substring(source.indexOf(PREFIX) + PREFIX.length());
        String plain = path.replaceAll("[^A-Za-z0-9]+", "-");
        String end = plain.substring(Math.max(0, plain.length() - LONGEST_ID));
        return new Subject(KIND, end.replaceAll("^-|-$", ""));
    }

    /** Looks where it lives; on a resident thread. */
    static EngineSetup of(EngineInfo engine, ProcessId id) throws IOException {
        try (TrustedProcess process = TrustedProcess.prove(id);
                RootView files = RootView.of(process.pidfd())) {
            int pid = process.pid();
            long namespace = Processes.mountNamespace(pid);
            String unit = unit(ProcessClaims.of(pid).cgroup());
            return new EngineSetup(
                    engine, pid, namespace, isOwn(pid, namespace), unit, UnitFiles.options(pid, files, unit));
        }
    }

    private static boolean isOwn(int pid, long namespace) throws IOException {
        try {
            return Processes.mountNamespace(1) != namespace;
        } catch (IOException e) {
            // pid 1 may not be looked into: what systemd copies for a service is a slave of what it was copied from
            return MountTable.of(pid, MountFilter.atRoot()).entries().stream()
                    .anyMatch(mount -> mount.propagation().contains("master:"));
        }
    }

    private static String unit(@org.jspecify.annotations.Nullable String cgroup) {
        String last = cgroup == null ? "" : cgroup.substring(cgroup.lastIndexOf('/') + 1);
        return last.matches("[A-Za-z0-9:_.@\\\\-]{1,240}\\.service") ? last : "";
    }
}
