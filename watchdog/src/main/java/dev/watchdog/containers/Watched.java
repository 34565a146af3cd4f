package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.linux.Pidfd;
import java.util.List;

/**
 * A container under watch: what its root is, and who must see it where.
 *
 * @param init its first process; it has exited once the container has ended
 * @param viewers who must see the root
 */
record Watched(RunningContainer container, Pidfd init, RootIdentity identity, List<Viewer> viewers) {
    static final String KIND = "container";

    Watched {
        viewers = List.copyOf(viewers);
    }

    Subject subject() {
        return new Subject(KIND, container.id());
    }

    String rootfs() {
        return container.rootfs();
    }

    /**
     * A namespace and the reasons why it matters.
     *
     * @param roles {@code shim}, {@code engine}, {@code runtime}
     * @param straight no symlink is on the way to the rootfs path there
     */
    record Viewer(View view, List<String> roles, boolean straight) {
        Viewer {
            roles = List.copyOf(roles);
        }

        String role() {
            return String.join("+", roles);
        }
    }
}
