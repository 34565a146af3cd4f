package dev.watchdog.kafka;

import io.vertx.core.Future;

/**
 * A writer to Kafka. What it is given it writes in that order: once a record fails for a reason that may pass, so does
 * every one after it, and the writer is of no use any more. Used from one context; futures complete on that context.
 */
interface RecordSink {
    /**
     * Writes a record after all those before it.
     *
     * @return completes once the brokers have it; fails with {@link RefusedException} if they never will take it, and
     *     with anything else if this writer is at its end
     */
    Future<Void> send(String topic, int partition, OutRecord record);

    /** Lets go of everything at once; what was not acknowledged fails. */
    void close();

    /** The brokers refuse this record for good: it is too large, or not what the topic takes. The next may be taken. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String why, Throwable cause) {
            super(why, cause);
        }
    }
}
