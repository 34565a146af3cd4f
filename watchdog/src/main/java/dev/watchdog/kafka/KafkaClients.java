package dev.watchdog.kafka;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Collection;
import org.apache.kafka.common.errors.TimeoutException;

/** Clients of Kafka's. */
final class KafkaClients implements Clients {
    private final ClientProperties properties;
    private final String servers;

    KafkaClients(ClientProperties properties, String servers) {
        this.properties = properties;
        this.servers = servers;
    }

    @Override
    public Cluster cluster() throws IOException {
        return new KafkaCluster(properties);
    }

    @Override
    public RecordSink sink(Vertx vertx, Collection<String> topics) throws IOException {
        return new KafkaSink(vertx, properties, topics);
    }

    @Override
    public Fetcher fetcher(String topic) throws IOException {
        return FetchNetwork.open(properties.consumer(), topic);
    }

    @Override
    public String why(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof TimeoutException) {
                return "no broker of " + servers + " answers";
            }
        }
        return properties.why(failure);
    }
}
