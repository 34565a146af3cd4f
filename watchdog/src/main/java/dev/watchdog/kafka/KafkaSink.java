package dev.watchdog.kafka;

import dev.watchdog.events.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaWriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes through vertx-kafka-client. Its sends run on the shared worker pool of Vert.x, in order; nothing else in the
 * agent uses that pool, so a send that waits for a broker keeps nobody else waiting.
 */
final class KafkaSink implements RecordSink {
    private final OrderedProducer producer;
    private final KafkaWriteStream<String, byte[]> stream;
    private final ClientProperties properties;

    /**
     * Makes a client; does not wait for a broker. Takes some 50 ms: not on an event loop.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties
     */
    KafkaSink(Vertx vertx, ClientProperties properties) throws IOException {
        this.properties = properties;
        producer = new OrderedProducer(properties.producer());
        stream = KafkaWriteStream.create(vertx, producer);
    }

    @Override
    public Future<Void> send(String topic, int partition, OutRecord record) {
        Message message = record.message();
        ProducerRecord<String, byte[]> sent = message == null
                ? new ProducerRecord<>(topic, partition, record.key(), null)
                : new ProducerRecord<>(topic, partition, null, record.key(), message.value(), headers(message));
        return stream.send(sent).<Void>mapEmpty().recover(this::failed);
    }

    private Future<Void> failed(Throwable failure) {
        if (OrderedProducer.isForGood(failure)) {
            return Future.failedFuture(new RefusedException(properties.why(failure), failure));
        }
        return Future.failedFuture(failure);
    }

    private static List<Header> headers(Message message) {
        List<Header> headers = new ArrayList<>();
        message.headers()
                .forEach((name, text) -> headers.add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8))));
        return headers;
    }

    @Override
    public void close() {
        producer.abandon();
    }
}
