package dev.watchdog.agent;

import dev.watchdog.events.Event;
import dev.watchdog.events.Severity;
import dev.watchdog.healing.Bus;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the journal tells to the log, each entry one line at its severity, at most {@link EventLogBudget} lines a
 * minute: the rest is counted, and the journal has it. Runs on an event loop.
 */
final class EventLogVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.EVENTS);
    private static final int PAGE = 200;

    /** The bus may lose the word that there is more. */
    private static final long LOOK_AGAIN_MILLIS = 10_000;

    private final Journal journal;
    private final Bus bus;
    private final HostClock clock;
    private final AtomicLong written;
    private final EventLogBudget budget = new EventLogBudget();
    private boolean reading;

    /** @param written the last entry that is in the log, or that an earlier agent has told; outlives this instance */
    EventLogVerticle(Journal journal, Bus bus, HostClock clock, AtomicLong written) {
        this.journal = journal;
        this.bus = bus;
        this.clock = clock;
        this.written = written;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(LOOK_AGAIN_MILLIS, timer -> {
            follow();
            tellLeftOut();
        });
        return bus.recorded(last -> follow()).completion().onSuccess(listening -> follow());
    }

    /** What the agent did last is told, too. */
    @Override
    public Future<?> stop() {
        return journal.last() > written.get() ? read().otherwiseEmpty() : Future.succeededFuture();
    }

    private void follow() {
        if (!reading && journal.last() > written.get()) {
            reading = true;
            read().onComplete(done -> {
                reading = false;
                if (done.failed()) {
                    LOG.debug("the journal is not read: {}", String.valueOf(done.cause()));
                } else if (Boolean.TRUE.equals(done.result())) {
                    follow();
                }
            });
        }
    }

    /** True if there may be more. */
    private Future<Boolean> read() {
        return Future.fromCompletionStage(journal.read(Query.after(written.get(), PAGE)), context)
                .map(events -> {
                    events.forEach(this::write);
                    return !events.isEmpty();
                });
    }

    private void write(Event event) {
        if (event.id() <= written.get()) {
            return;
        }
        written.set(event.id());
        tellLeftOut();
        if (budget.take(clock.now().sinceBoot())) {
            log(event.severity(), EventLine.of(event));
        }
    }

    private void tellLeftOut() {
        long leftOut = budget.leftOut(clock.now().sinceBoot());
        if (leftOut > 0) {
            LOG.warn("{} more events in a minute: 'watchdog events' lists them all", leftOut);
        }
    }

    private static void log(Severity severity, String line) {
        switch (severity) {
            case ERROR -> LOG.error("{}", line);
            case WARN -> LOG.warn("{}", line);
            default -> LOG.info("{}", line);
        }
    }
}
