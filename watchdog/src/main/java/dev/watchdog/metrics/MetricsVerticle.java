package dev.watchdog.metrics;

import dev.watchdog.healing.Bus;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the journal for {@link AgentMetrics}. Runs on an event loop. */
public final class MetricsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);
    private static final int PAGE = 500;

    /** The bus may lose the word that there is more. */
    private static final long LOOK_AGAIN_MILLIS = 10_000;

    private final AgentMetrics metrics;
    private final Journal journal;
    private final Bus bus;
    private boolean reading;

    public MetricsVerticle(AgentMetrics metrics, Journal journal, Bus bus) {
        this.metrics = metrics;
        this.journal = journal;
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(LOOK_AGAIN_MILLIS, timer -> follow());
        return bus.recorded(last -> follow()).completion().onSuccess(listening -> follow());
    }

    private void follow() {
        if (reading || metrics.counted() >= journal.last()) {
            return;
        }
        reading = true;
        Future.fromCompletionStage(journal.read(Query.after(metrics.counted(), PAGE)), context)
                .onComplete(read -> {
                    reading = false;
                    if (read.failed()) {
                        LOG.warn("figures lag behind: {}", read.cause().getMessage());
                    } else if (!read.result().isEmpty()) {
                        metrics.count(read.result());
                        follow();
                    }
                });
    }
}
