package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaCommandSourceTest {
    private final Vertx vertx = Vertx.vertx();
    private final Waiting consumer = new Waiting();

    @AfterEach
    void stop() {
        consumer.wakeup();
        KafkaScene.get(vertx.close());
    }

    @Test
    void closingWakesAPollThatStillWaits() throws Exception {
        CommandSource source = open(consumer);
        Future<CommandSource.Polled> poll = source.poll();
        assertThat(consumer.polled.await(30, TimeUnit.SECONDS)).isTrue();

        KafkaScene.get(source.close());

        assertThat(consumer.closed()).as("closed, not given up on").isTrue();
        await().atMost(KafkaScene.PATIENCE).until(poll::isComplete);
    }

    /** One fetch may be handed out over several polls. */
    @Test
    void whatComesIsAnAnswerAlthoughNothingWasFetchedForIt() {
        MockConsumer<byte[], byte[]> given = new MockConsumer<>("none");
        CommandSource source = open(given);
        given.addRecord(new ConsumerRecord<>("w.commands", 0, 0, new byte[0], new byte[0]));

        CommandSource.Polled first = KafkaScene.get(source.poll());
        assertThat(first.records()).hasSize(1);
        assertThat(first.answered()).isTrue();
        assertThat(KafkaScene.get(source.poll()).answered()).isFalse();
    }

    private CommandSource open(Consumer<byte[], byte[]> one) {
        CommandSource source = KafkaScene.get(KafkaCommandSource.open(vertx, "w.commands", new OneConsumer(one)));
        KafkaScene.get(source.assign(Map.of(0, Optional.of(0L))));
        return source;
    }

    /** Its poll waits for records that never come, as Kafka's does; this one for ever. */
    private static final class Waiting extends MockConsumer<byte[], byte[]> {
        private final CountDownLatch polled = new CountDownLatch(1);
        private boolean woken;

        Waiting() {
            super("none");
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polled.countDown();
            try {
                while (!woken) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new WakeupException();
        }

        @Override
        public synchronized void wakeup() {
            woken = true;
            notifyAll();
        }
    }

    private record OneConsumer(Consumer<byte[], byte[]> consumer) implements Clients {
        @Override
        public Cluster cluster() {
            return new Cluster() {
                @Override
                public CompletableFuture<Map<String, TopicState>> describe(Collection<String> topics) {
                    return CompletableFuture.completedFuture(Map.of());
                }

                @Override
                public CompletableFuture<Void> create(Set<String> topics, Set<String> compacted) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public RecordSink sink(Vertx any, Collection<String> topics) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String why(Throwable failure) {
            return failure.toString();
        }
    }
}
