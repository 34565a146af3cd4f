package dev.watchdog.kafka;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Collection;

/** Makes the clients that talk to the brokers. Making one takes some 50 ms. */
interface Clients {
    /**
     * For asking after topics; waits for nothing.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties
     */
    Cluster cluster() throws IOException;

    /**
     * For writing to these topics. Waits a few seconds at most until it knows where they are.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties, or no broker answers
     */
    RecordSink sink(Vertx vertx, Collection<String> topics) throws IOException;

    /** For reading a topic; see {@link #cluster}. */
    Fetcher fetcher(String topic) throws IOException;

    /** What a failure says, in one line and without any secret. */
    String why(Throwable failure);
}
