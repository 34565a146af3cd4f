package dev.watchdog.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that lets nothing overtake what failed. Kafka's own goes on with the next record after one that it gave up
 * (topic not known in time, not allowed), and if that is sent again later, it is out of order. With one request on the way at
 * a time, closing it before the callback returns is enough: nothing else is sent from then on.
 */
final class OrderedProducer extends KafkaProducer<String, byte[]> {
    private final AtomicReference<@Nullable Exception> end = new AtomicReference<>();

    OrderedProducer(Map<String, Object> properties) {
        super(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /** True if the record itself is the reason, so that trying again is of no use. */
    static boolean isForGood(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof SerializationException;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> sent, Callback callback) {
        Exception ended = end.get();
        if (ended != null) {
            callback.onCompletion(null, ended);
            return CompletableFuture.failedFuture(ended);
        }
        return super.send(sent, (metadata, failure) -> {
            if (failure == null || isForGood(failure)) {
                callback.onCompletion(metadata, failure);
            } else {
                abandon(failure);
                callback.onCompletion(metadata, end.get()); // the first failure, not what it led to
            }
        });
    }

    /** Sends nothing more; what is on its way fails. Does not wait. Any thread. */
    void abandon(Exception why) {
        if (end.compareAndSet(null, why)) {
            super.close(Duration.ZERO);
        }
    }
}
