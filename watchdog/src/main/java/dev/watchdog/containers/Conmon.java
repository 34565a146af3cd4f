package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UntrustedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process says that calls itself conmon: which container it looks after (conmon(8)). Anybody can start such a
 * process, so it is only believed as far as {@link #isProven} goes.
 *
 * @param id of the container
 * @param name untrusted text; empty when it says none
 * @param bundle the directory of its OCI bundle, as it knows it; empty when it says none
 * @param pid conmon's
 * @param child its own child, as the kernel has it
 * @param user whose process it is, as this process's user namespace numbers users
 */
record Conmon(String id, String name, String bundle, int pid, int child, int user) {
    private static final String MONITOR = "conmon";

    /** Null when it is no such process, looks after nothing that runs, or is in a container. */
    static @Nullable Conmon of(int pid, long pidNamespace) {
        try {
            if (!Processes.name(pid).equals(MONITOR) || Processes.pidNamespace(pid) != pidNamespace) {
                return null;
            }
            List<String> words = Processes.commandLine(pid);
            String id = after("-c", words);
            List<Integer> children = Processes.children(pid);
            return id.isEmpty() || !ContainerRef.isId(id) || children.isEmpty()
                    ? null
                    : new Conmon(id, after("-n", words), after("-b", words), pid, children.get(0), Processes.user(pid));
        } catch (IOException | IndexOutOfBoundsException e) {
            // it ended while it was looked at
            return null;
        }
    }

    /** The first one counts: what follows later is handed on to others. */
    private static String after(String option, List<String> words) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 >= words.size() ? "" : words.get(at + 1);
    }

    /** Whether it is root's own, and its container's bundle is where only root can have put it. */
    boolean isProven() {
        try (TrustedProcess monitor = TrustedProcess.prove(pid);
                RootView files = RootView.of(monitor.pidfd());
                Descriptor specification = bundle.startsWith("/") ? files.openOwned(bundle + "/config.json") : null) {
            return specification != null
                    && specification.status().isRegularFile()
                    && Processes.parent(child) == pid
                    && !monitor.exited();
        } catch (UntrustedException e) {
            return false;
        } catch (IOException e) {
            // one of them ended while it was looked at
            return false;
        }
    }

    /** As its inventory tells of it, left alone. */
    RunningContainer container(String source) {
        return leftAlone(id, source, PodmanSource.WHY);
    }

    /** Of a user who is not proven to be root: under a name that no engine's container has. */
    RunningContainer claim(String source) {
        return leftAlone("uid-" + Integer.toUnsignedString(user) + ":" + id, source, PodmanSource.CLAIMED);
    }

    private RunningContainer leftAlone(String as, String source, String why) {
        return new RunningContainer(as, name, source, child, "", new Layer.LeftAlone(why), pid, ProcessId.NONE, null);
    }
}
