package dev.watchdog.containers;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when signals become a sweep: the first at once; while one sweeps, what comes is gathered; after a sweep that
 * found nothing the next waits for a multiple of what that one cost, so that a storm of mounts costs a bounded share of
 * a core, and a fault in it waits no longer than the longest rest. Safe from any thread.
 *
 * @param <K> what a signal is about
 */
final class Coalescer<K> {
    /** A sweep that takes longer hangs in one file system; the next one passes that by and looks at the others. */
    private static final Duration HANGS = Duration.ofMillis(200);

    private final int rest;
    private final Duration longest;
    private final Map<K, Moment> waiting = new LinkedHashMap<>();
    private boolean sweeping;
    private Duration begun = Duration.ZERO;
    private Duration notBefore = Duration.ZERO;

    /**
     * @param rest after a sweep, in multiples of its length; the share of a core is the inverse
     * @param longest no rest is longer
     */
    Coalescer(int rest, Duration longest) {
        this.rest = rest;
        this.longest = longest;
    }

    /** Something changed. */
    synchronized void signal(K about, Moment at) {
        waiting.putIfAbsent(about, at);
    }

    /** What to sweep now, with the first signal of each; null when there is nothing to sweep yet. */
    synchronized @Nullable Map<K, Moment> take(Moment now) {
        if (waiting.isEmpty() || next().compareTo(now.sinceBoot()) > 0) {
            return null;
        }
        sweeping = true;
        begun = now.sinceBoot();
        Map<K, Moment> all = new LinkedHashMap<>(waiting);
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
        Duration pause = cost.multipliedBy(rest);
        notBefore = found ? Duration.ZERO : now.sinceBoot().plus(pause.compareTo(longest) > 0 ? longest : pause);
    }
}
