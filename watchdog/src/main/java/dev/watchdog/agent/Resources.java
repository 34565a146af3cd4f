package dev.watchdog.agent;

import dev.watchdog.linux.ProcessLimits;
import dev.watchdog.linux.ProcessLimits.Headroom;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the kernel still gives this process what looking and repairing need. Where it does not, sensors of every kind
 * fail one way or another, and what each says does not tell why. Looked at by one thread at a time, told to any.
 */
final class Resources {
    /** What the sensors are called that cannot see when something is short. */
    static final String FILES = "open-files";

    static final String THREADS = "threads";

    /** Looks and repairs of a burst, connections of the doors, and Kafka's hold so many at once. */
    static final int FILES_NEEDED = 64;

    static final int THREADS_NEEDED = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private volatile Map<String, String> shortages = Map.of();

    /** What is short, and what follows from it, by the name of its sensor; empty when all is well. */
    Map<String, String> shortages() {
        return shortages;
    }

    /** Looks again. Blocks for less than a millisecond. */
    void look() {
        Map<String, String> found = new TreeMap<>();
        try {
            Headroom files = ProcessLimits.descriptors();
            if (files.left() < FILES_NEEDED) {
                found.put(
                        FILES,
                        files.left() + " of " + files.limit() + " files that may be open are left, " + FILES_NEEDED
                                + " are needed: engines, bundles, mount tables, guests, Kafka and HTTP cannot all be"
                                + " seen to; raise LimitNOFILE (systemd), --ulimit nofile (docker) or ulimit -n");
            }
            Optional<Headroom> threads = ProcessLimits.threads();
            if (threads.isPresent() && threads.get().left() < THREADS_NEEDED) {
                found.put(
                        THREADS,
                        threads.get().left() + " of " + threads.get().limit() + " threads that its cgroup may have are"
                                + " left, " + THREADS_NEEDED + " are needed: looks and repairs may not start; raise"
                                + " TasksMax (systemd) or --pids-limit (docker)");
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the limits of this process cannot be read", e);
        }
        found.forEach((name, why) -> {
            if (!shortages.containsKey(name)) {
                LOG.error("{}: {}", name, why);
            }
        });
        shortages = Map.copyOf(found);
    }
}
