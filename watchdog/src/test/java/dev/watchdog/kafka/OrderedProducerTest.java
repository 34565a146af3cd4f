package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Without a broker: what fails keeps what comes after it from being sent. */
class OrderedProducerTest {
    @Test
    void afterOneThatFailedForAReasonThatMayPassNothingIsSent() throws IOException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        KafkaSettings settings = KafkaScene.with(
                "127.0.0.1:1",
                "w.",
                dev.watchdog.events.ContentMode.BINARY,
                true,
                Map.of("max.block.ms", "1"),
                Map.of());
        OrderedProducer producer = new OrderedProducer(new ClientProperties(settings, "h", Map.of()).producer());
        var unused1 =
                producer.send(new ProducerRecord<>("t", 0, "k", new byte[1]), (sent, failure) -> failures.add(failure));
        var unused2 =
                producer.send(new ProducerRecord<>("t", 0, "k", new byte[1]), (sent, failure) -> failures.add(failure));
        assertThat(failures.get(0)).isInstanceOf(TimeoutException.class);
        assertThat(failures.get(1)).as("the reason is the first one's").isSameAs(failures.get(0));
    }

    @Test
    void onlyTheRecordItselfIsAReasonForGood() {
        assertThat(OrderedProducer.isForGood(new RecordTooLargeException("x"))).isTrue();
        assertThat(OrderedProducer.isForGood(new TimeoutException("x"))).isFalse();
    }
}
