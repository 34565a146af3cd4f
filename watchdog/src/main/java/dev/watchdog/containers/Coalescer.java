package dev.watchdog.containers;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when signals become a sweep: the first at once; while one sweeps, what comes is gathered; after a sweep that
 * found nothing the next waits for a multiple of what that one cost, so that a storm of mounts costs a bounded share of
 * a core and a fault in it still waits no longer than {@link #LONGEST}. Safe from any thread.
 */
final class Coalescer {
    /** A sweep every 1 + 40 times its own length: at most 2.5 % of a core. */
    private static final int REST = 40;

    private static final Duration LONGEST = Duration.ofMillis(30);

    /** A sweep that takes longer hangs in one file system; the next one passes that by and looks at the others. */
    private static final Duration HANGS = Duration.ofMillis(200);

    private final Map<Long, Moment> waiting = new LinkedHashMap<>();
    private boolean sweeping;
    private Duration begun = Duration.ZERO;
    private Duration notBefore = Duration.ZERO;

    /** A mount table changed. */
    synchronized void signal(long namespace, Moment at) {
        waiting.putIfAbsent(namespace, at);
    }

    /** What to sweep now, with the first signal of each namespace; null when there is nothing to sweep yet. */
    synchronized @Nullable Map<Long, Moment> take(Moment now) {
        if (waiting.isEmpty() || next().compareTo(now.sinceBoot()) > 0) {
            return null;
        }
        sweeping = true;
        begun = now.sinceBoot();
        Map<Long, Moment> all = new LinkedHashMap<>(waiting);
        waiting.clear();
        return all;
    }

    /** How long to wait before asking again; zero when there is nothing to wait for. */
    synchronized Duration wait(Moment now) {
        Duration wait = next().minus(now.sinceBoot());
        return waiting.isEmpty() || wait.isNegative() ? Duration.ZERO : wait;
    }

    private Duration next() {
        return sweeping ? begun.plus(HANGS) : notBefore;
    }

    synchronized void swept(Duration cost, boolean found, Moment now) {
        sweeping = false;
        Duration rest = cost.multipliedBy(REST);
        notBefore = found ? Duration.ZERO : now.sinceBoot().plus(rest.compareTo(LONGEST) > 0 ? LONGEST : rest);
    }
}
