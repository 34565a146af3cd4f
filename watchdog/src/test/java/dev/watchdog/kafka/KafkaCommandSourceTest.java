package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaCommandSourceTest {
    private static final Fetcher.Fetched NOTHING = new Fetcher.Fetched(List.of(), Map.of(), false, false);

    private final Vertx vertx = Vertx.vertx();
    private final Told fetcher = new Told();
    private int partitions = 1;

    @AfterEach
    void stop() {
        fetcher.wakeup();
        KafkaScene.get(vertx.close());
    }

    @Test
    void closingWakesAPollThatStillWaits() throws Exception {
        CommandSource source = open();
        Future<CommandSource.Polled> poll = source.poll();
        assertThat(fetcher.polled.await(30, TimeUnit.SECONDS)).isTrue();

        KafkaScene.get(source.close());

        assertThat(fetcher.closed.getCount()).as("closed, not given up on").isZero();
        await().atMost(KafkaScene.PATIENCE).until(poll::isComplete);
    }

    /** One fetch may be handed out over several polls. */
    @Test
    void whatComesIsHandedOnWithWhetherAnybodyAnswered() {
        CommandSource source = open();
        Incoming record = new Incoming("w.commands", 0, 0, null, null, Map.of(), false);
        fetcher.next.add(new Fetcher.Fetched(List.of(record), Map.of(), true, false));
        fetcher.next.add(NOTHING);

        CommandSource.Polled first = KafkaScene.get(source.poll());
        assertThat(first.records()).containsExactly(record);
        assertThat(first.answered()).isTrue();
        assertThat(KafkaScene.get(source.poll()).answered()).isFalse();
    }

    @Test
    void whatIsGoneIsReadFromTheOldestThereIs() {
        CommandSource source = open();
        fetcher.next.add(new Fetcher.Fetched(List.of(), Map.of(0, 5L), true, false));

        CommandSource.Polled polled = KafkaScene.get(source.poll());
        assertThat(polled.jumps()).containsExactly(new CommandSource.Jump(0, 5, 700));
        assertThat(fetcher.said).endsWith("seek {0=700}");
    }

    @Test
    void whatWasNeverReadIsReadFromTheOldestThereIs() {
        KafkaScene.get(open().assign(Map.of(0, Optional.of(3L), 1, Optional.empty())));
        assertThat(fetcher.said).endsWith("assign {0=3, 1=700}");
    }

    @Test
    void whenSomebodyElseMayLeadItAsksWhoDoes() {
        CommandSource source = open();
        fetcher.next.add(new Fetcher.Fetched(List.of(), Map.of(), true, true));
        fetcher.next.add(NOTHING);

        KafkaScene.get(source.poll());
        assertThat(fetcher.said).doesNotContain("lead [0]");
        KafkaScene.get(source.poll());
        assertThat(fetcher.said).endsWith("lead [0]");
    }

    @Test
    void aTopicOfTooManyPartitionsIsNotRead() {
        partitions = FetchLimits.PARTITIONS + 1;
        CommandSource source = open();
        assertThatThrownBy(() -> KafkaScene.get(source.layout()))
                .hasRootCauseInstanceOf(CommandSource.TooManyPartitions.class)
                .hasMessageContaining("1001 partitions, at most 1000");
    }

    private CommandSource open() {
        CommandSource source = KafkaScene.get(KafkaCommandSource.open(vertx, "w.commands", new One()));
        KafkaScene.get(source.assign(Map.of(0, Optional.of(0L))));
        return source;
    }

    /** Waits for what it is to give, as Kafka's does; for ever. */
    private static final class Told implements Fetcher {
        private final CountDownLatch polled = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final BlockingQueue<Fetched> next = new LinkedBlockingQueue<>();
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        public void assign(Map<Integer, Long> offsets) {
            said.add("assign " + offsets);
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {
            said.add("seek " + offsets);
        }

        @Override
        public void lead(String topicId, Map<Integer, Node> leaders) {
            said.add("lead " + leaders.keySet());
        }

        @Override
        public Fetched poll(Duration longest) {
            polled.countDown();
            try {
                return next.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void wakeup() {
            next.add(NOTHING);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private final class One implements Clients {
        @Override
        public Fetcher fetcher(String topic) {
            return fetcher;
        }

        @Override
        public Cluster cluster() {
            return new Cluster() {
                @Override
                public CompletableFuture<Map<String, TopicState>> describe(Collection<String> topics) {
                    Node leader = new Node(1, "b", 9092);
                    return CompletableFuture.completedFuture(
                            Map.of("w.commands", new TopicState("t", partitions, Map.of(0, leader))));
                }

                @Override
                public CompletableFuture<Map<Integer, Long>> oldest(String topic, Set<Integer> wanted) {
                    return CompletableFuture.completedFuture(
                            wanted.stream().collect(java.util.stream.Collectors.toMap(each -> each, each -> 700L)));
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
