package dev.watchdog.kafka;

import io.vertx.core.Vertx;
import java.io.IOException;
import org.apache.kafka.clients.consumer.Consumer;

/** Makes the clients that talk to the brokers. None of them waits for one; making each takes some 50 ms. */
interface Clients {
    /**
     * For asking after topics.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties
     */
    Cluster cluster() throws IOException;

    /** For writing; see {@link #cluster}. */
    RecordSink sink(Vertx vertx) throws IOException;

    /** For reading commands; see {@link #cluster}. */
    Consumer<byte[], byte[]> consumer() throws IOException;

    /** What a failure says, in one line and without any secret. */
    String why(Throwable failure);
}
