package dev.watchdog.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The brokers that other tests rest on. */
@ExtendWith(SharedBroker.class)
class BrokerIT {
    @TempDir
    Path directory;

    @Test
    void aBrokerInThisJvmKeepsWhatItIsSent(Broker broker) {
        roundTrip(broker.topics());
    }

    @Test
    void aBrokerOfItsOwnSurvivesItsDeathAndStopsWhereItStands() {
        try (BrokerProcess broker = BrokerProcess.start(directory, Map.of())) {
            String topic = roundTrip(broker.topics());
            broker.kill();
            broker.restart();
            assertThat(broker.topics().read(topic)).hasSize(2);
            broker.freeze();
            broker.thaw();
            assertThat(broker.topics().read(topic)).hasSize(2);
        }
    }

    private static String roundTrip(KafkaTopics topics) {
        String topic = KafkaTopics.prefix() + "things";
        topics.create(topic, 2);
        topics.send(new ProducerRecord<>(topic, 0, "k", "one".getBytes(StandardCharsets.UTF_8)));
        topics.send(new ProducerRecord<>(topic, 1, "k", "two".getBytes(StandardCharsets.UTF_8)));
        assertThat(topics.read(topic))
                .extracting(ConsumerRecord::value)
                .extracting(String::new)
                .containsExactly("one", "two");
        return topic;
    }
}
