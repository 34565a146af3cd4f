package dev.watchdog.kafka;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Deploys the {@link Publisher}. A worker verticle, because making a client and encoding take a while. */
final class PublisherVerticle extends VerticleBase {
    private final Publisher.Parts parts;
    private @Nullable Publisher publisher;

    PublisherVerticle(Publisher.Parts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        return Future.fromCompletionStage(parts.journal().state(), context)
                .compose(rows -> Future.fromCompletionStage(parts.journal().cursor(EventFeed.READER), context)
                        .onSuccess(cursor -> {
                            publisher = new Publisher(parts, context, rows, cursor);
                            publisher.start();
                        }));
    }

    @Override
    public Future<?> stop() {
        return publisher == null ? Future.succeededFuture() : publisher.stop();
    }
}
