package dev.watchdog.kafka;

import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.KafkaImage;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** Journals a hundred faults, has them sent to a broker that Testcontainers runs, and counts what arrives. */
final class ContainerBroker {
    private static final int COUNT = 100;

    private ContainerBroker() {}

    public static void main(String[] arguments) throws Exception {
        DockerImageName image = DockerImageName.parse(KafkaImage.NAME).asCompatibleSubstituteFor("apache/kafka");
        String prefix = KafkaTopics.prefix();
        try (KafkaContainer broker = new KafkaContainer(image).withStartupTimeout(Duration.ofMinutes(5))) {
            broker.start();
            try (KafkaScene scene = new KafkaScene(
                            Path.of(arguments[0], "journal"),
                            KafkaScene.settings(broker.getBootstrapServers(), prefix));
                    KafkaTopics topics = KafkaTopics.at(broker.getBootstrapServers())) {
                scene.append(0, COUNT);
                scene.awaitDelivered();
                long arrived = KafkaScene.events(topics.read(Topic.FAULTS.named(prefix))).stream()
                        .filter(event -> event.data() instanceof FaultRaised)
                        .count();
                System.out.println("delivered " + arrived + " of " + COUNT);
            }
        }
        System.exit(0);
    }
}
