package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.watchdog.events.ContentMode;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.HostState;
import dev.watchdog.events.Message;
import dev.watchdog.events.StateFormat;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.journal.MemoryJournal;
import dev.watchdog.linux.Moment;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a host is told although nothing changed; its looks come a little early or late, as timers do. */
class StateFeedTest {
    private final Vertx vertx = Vertx.vertx();
    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> told = new ArrayList<>();
    private final List<HostState> hosts = new ArrayList<>();
    private EventNames names = EventNames.NONE;
    private long millis;

    @AfterEach
    void stop() {
        KafkaScene.get(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({"10, 2000", "10, 1999", "10, 2001", "2, 1999", "1, 999"})
    void theHostIsToldAsOftenAsIsSet(int seconds, long lookMillis) {
        KafkaSettings settings = settings(Duration.ofSeconds(seconds));
        assertThat(lookMillis).isCloseTo(settings.lookEvery().toMillis(), within(1L));
        StateFeed feed = feed(settings);
        for (millis = 0; millis <= 300_000; millis += lookMillis) {
            feed.look();
        }
        assertThat(told).hasSizeBetween(300 / seconds, 300 / seconds + 1);
    }

    @Test
    void aLongHeartbeatDoesNotMakeTheLooksRare() {
        assertThat(settings(Duration.ofHours(1)).lookEvery()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void eachHeartbeatSaysUntilWhenItIsToBeBelieved() {
        StateFeed feed = feed(settings(Duration.ofSeconds(20)));
        feed.look();
        assertThat(last().validUntil()).isEqualTo(Instant.EPOCH.plusSeconds(60));
        assertThat(last().stoppedAt()).isNull();
        assertThat(StateFeed.validFor(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theLastOneSaysGoodbyeAndNothingIsToldAfterIt() {
        StateFeed feed = feed(settings(Duration.ofSeconds(10)));
        feed.look();
        millis = 5_000;
        assertThat(feed.farewell().succeeded()).isTrue();
        assertThat(last().stoppedAt()).isEqualTo(Instant.ofEpochSecond(5));
        assertThat(last().validUntil()).isEqualTo(last().stoppedAt());
        assertThat(names).isEqualTo(new EventNames("node1", "node1"));
        millis = 60_000;
        feed.look();
        assertThat(told).containsExactly(0L, 5_000L);
    }

    private HostState last() {
        return hosts.get(hosts.size() - 1);
    }

    private StateFeed feed(KafkaSettings settings) {
        HostFacts host = new HostFacts(KafkaScene.HOST, "node1", Map.of(), "1.0", Instant.EPOCH, "heal");
        Policy policy = new Policy(Map.of(), Gates.SHIPPED, Map.of(), Map.of());
        KafkaFigures figures = new KafkaFigures(new SimpleMeterRegistry(), journal);
        return new StateFeed(
                journal,
                () -> new Moment("boot", Duration.ofMillis(millis), Instant.EPOCH.plusMillis(millis)),
                vertx.getOrCreateContext(),
                new Taking(),
                new Snapshot(host, journal, new LiveState(), policy, List::of, figures),
                host,
                settings,
                Map.of());
    }

    private static KafkaSettings settings(Duration heartbeatEvery) {
        KafkaSettings shipped = KafkaSettings.SHIPPED;
        return new KafkaSettings(
                "b:9092", "w.", ContentMode.STRUCTURED, true, heartbeatEvery, Map.of(), Map.of(), shipped.commands());
    }

    private final class Taking implements Outlet {
        @Override
        public boolean open() {
            return true;
        }

        @Override
        public Future<Void> send(OutRecord record) {
            if (record.topic() == Topic.HOSTS) {
                told.add(millis);
                Message message = Objects.requireNonNull(record.message());
                CloudEvent cloud = Message.toCloudEvent(message.value(), message.headers());
                names = EventNames.of(cloud);
                hosts.add((HostState) Objects.requireNonNull(StateFormat.fromCloudEvent(cloud))
                        .state());
            }
            return Future.succeededFuture();
        }

        @Override
        public void restart(String why) {
            throw new AssertionError(why);
        }
    }
}
