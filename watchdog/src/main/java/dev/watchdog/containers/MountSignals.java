package dev.watchdog.containers;

import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the kernel tells of mounts into looks at containers. A kernel with mount events names the mount that has
 * gone: its container is looked at at once, and no other. Whatever else comes or goes there can at most cover a root,
 * which is looked for at leisure. A kernel without them tells only that a table has changed: then every root in it is
 * looked at. Called on the threads that the kernel wakes: a look begins from there, without a hop.
 */
final class MountSignals implements AutoCloseable {
    /** At most 2.5 % of a core, and a root lost in a storm of mounts waits no longer than the longest. */
    private static final int REST = 40;

    private static final Duration LONGEST = Duration.ofMillis(30);

    /** A tenth of a percent, or a look a second: somebody mounts over a root seldom, and nothing can be done about it. */
    private static final int LEISURE = 1_000;

    private static final Duration LONGEST_LEISURE = Duration.ofSeconds(1);

    /** A container whose root's mount was detached, and where. */
    private record Lost(String container, long namespace) {}

    /** Looks; each tells whether something was found. */
    interface Looks {
        /** At these containers, at nothing else. */
        Future<Boolean> at(Set<String> containers, Map<Long, Moment> signalled);

        /** At all that are seen in these namespaces. */
        Future<Boolean> in(Map<Long, Moment> signalled);
    }

    private final Vertx vertx;
    private final Context context;
    private final HostClock clock;
    private final LongFunction<@Nullable String> owner;
    private final Lane<Lost> lost;
    private final Lane<Long> tables;
    private final Lane<Long> others;
    private volatile boolean closed;

    /** @param owner the container whose root a mount is, null if it is none */
    MountSignals(Vertx vertx, Context context, HostClock clock, LongFunction<@Nullable String> owner, Looks looks) {
        this.vertx = vertx;
        this.context = context;
        this.clock = clock;
        this.owner = owner;
        this.lost = new Lane<>(new Coalescer<>(0, Duration.ZERO), signals -> at(signals, looks));
        this.tables = new Lane<>(new Coalescer<>(REST, LONGEST), looks::in);
        this.others = new Lane<>(new Coalescer<>(LEISURE, LONGEST_LEISURE), signals -> looks.in(datedNow(signals)));
    }

    private static Future<Boolean> at(Map<Lost, Moment> signals, Looks looks) {
        Set<String> containers = new HashSet<>();
        Map<Long, Moment> namespaces = new HashMap<>();
        signals.forEach((each, at) -> {
            containers.add(each.container());
            namespaces.merge(
                    each.namespace(), at, (one, two) -> one.sinceBoot().compareTo(two.sinceBoot()) < 0 ? one : two);
        });
        return looks.at(containers, namespaces);
    }

    /** What is found at leisure may have come about long after what was signalled first. */
    private Map<Long, Moment> datedNow(Map<Long, Moment> signals) {
        Map<Long, Moment> dated = new HashMap<>(signals);
        Moment now = clock.now();
        dated.replaceAll((namespace, at) -> now);
        return dated;
    }

    /** A mount that was a root was detached. */
    void detached(long namespace, long mountId, Moment at) {
        String container = owner.apply(mountId);
        if (container == null) {
            others.signal(namespace, at);
        } else {
            lost.signal(new Lost(container, namespace), at);
        }
    }

    /** Other mounts came or went. */
    void changed(long namespace, Moment at) {
        others.signal(namespace, at);
    }

    /** Something happened, and any root there may be lost. */
    void missed(long namespace, Moment at) {
        tables.signal(namespace, at);
    }

    /** Begins no more looks: what the kernel tells from now on is for who comes after. */
    @Override
    public void close() {
        closed = true;
    }

    /** Signals of one kind and the looks that they become. */
    private final class Lane<K> {
        private final Coalescer<K> coalescer;
        private final Function<Map<K, Moment>, Future<Boolean>> look;
        /** Touched on the context only. */
        private long timer = -1;
        /** When the next look begins at the latest, since boot; null when none waits. */
        private volatile @Nullable Duration due;

        Lane(Coalescer<K> coalescer, Function<Map<K, Moment>, Future<Boolean>> look) {
            this.coalescer = coalescer;
            this.look = look;
        }

        void signal(K about, Moment at) {
            coalescer.signal(about, at);
            lookIfDue();
        }

        private void lookIfDue() {
            if (closed) {
                return;
            }
            Moment now = clock.now();
            Map<K, Moment> signals = coalescer.take(now);
            if (signals != null) {
                look.apply(signals).onComplete(done -> {
                    Moment end = clock.now();
                    boolean found = done.succeeded() && Boolean.TRUE.equals(done.result());
                    coalescer.swept(end.sinceBoot().minus(now.sinceBoot()), found, end);
                    lookIfDue();
                });
                return;
            }
            Duration wait = coalescer.wait(now);
            Duration at = now.sinceBoot().plus(wait);
            Duration next = due;
            // hundreds of signals a second await one look
            if (!wait.isZero() && (next == null || at.compareTo(next) < 0)) {
                due = at;
                context.runOnContext(nothing -> lookIn(wait));
            }
        }

        private void lookIn(Duration wait) {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
            }
            timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> {
                timer = -1;
                // before what waits is taken: who finds it due has signalled already
                due = null;
                lookIfDue();
            });
        }
    }
}
