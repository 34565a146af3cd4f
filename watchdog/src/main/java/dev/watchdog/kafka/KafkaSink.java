package dev.watchdog.kafka;

import dev.watchdog.events.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaWriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
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
     * Makes a client and has it learn where the topics are, so that no record waits for that later. Blocks for
     * some answers of a broker's, or until one has been waited for in vain.
     *
     * @throws IOException in one line if a secret cannot be read
     * @throws RuntimeException if Kafka does not take the properties, or no broker answers
     */
    KafkaSink(Vertx vertx, ClientProperties properties, Collection<String> topics) throws IOException {
        this.properties = properties;
        producer = new OrderedProducer(properties.producer());
        try {
            topics.forEach(producer::partitionsFor);
        } catch (RuntimeException e) {
            producer.abandon(e);
            throw e;
        }
        stream = KafkaWriteStream.create(vertx, producer);
        stream.exceptionHandler(failure -> {}); // without one, each goes to the context as if nobody had caught it
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
        producer.abandon(new IOException("the way to Kafka was closed"));
    }
}
