package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.KafkaTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that asks who is there, and does not let everybody write. */
@Timeout(300)
class DeniedIT {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";

    /** The test itself comes by the brokers' own listener, as ANONYMOUS; the agent by the one that asks. */
    private static final Map<String, String> ASKING = Map.of(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found", "true",
            "super.users", "User:ANONYMOUS",
            "listener.name.login.sasl.enabled.mechanisms", "PLAIN",
            "listener.name.login.plain.sasl.jaas.config", LOGIN + "user_agent=\"hunter2\";");

    private final String prefix = KafkaTopics.prefix();

    @TempDir
    Path directory;

    @Test
    void whatItMayNotWriteIsToldAndTriedAgainAndNoSecretIsEver() throws Exception {
        Path jaas = directory.resolve("jaas");
        Files.writeString(jaas, LOGIN + "username=\"agent\" password=\"wrong-hunter\";");
        try (Broker broker = Broker.startAsking(directory, ASKING)) {
            for (Topic topic : Topic.values()) {
                broker.topics().create(topic.named(prefix), 1);
            }
            KafkaSettings settings = KafkaScene.with(
                    broker.loginServers(),
                    prefix,
                    ContentMode.STRUCTURED,
                    true,
                    Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"),
                    Map.of("sasl.jaas.config", "file:" + jaas));
            AclBinding denied = acl(AclOperation.WRITE, AclPermissionType.DENY);
            broker.topics().admin().createAcls(List.of(denied)).all().get();
            try (KafkaScene scene = new KafkaScene(directory.resolve("journal"), settings)) {
                scene.append(0, 100);
                scene.awaitBlind("Authentication failed");
                assertThat(scene.live.healer().blind().toString()).doesNotContain("hunter");

                Files.writeString(jaas, LOGIN + "username=\"agent\" password=\"hunter2\";");
                scene.awaitBlind(Topic.FAULTS.named(prefix) + ": Topic authorization failed");
                broker.topics()
                        .admin()
                        .createAcls(List.of(acl(AclOperation.DESCRIBE, AclPermissionType.ALLOW)))
                        .all()
                        .get();
                scene.awaitBlind("Not authorized to access topics: [" + Topic.FAULTS.named(prefix) + "]");
                scene.append(100, 100);

                broker.topics()
                        .admin()
                        .deleteAcls(List.of(AclBindingFilter.ANY))
                        .all()
                        .get();
                scene.awaitDelivered();
                await().atMost(KafkaScene.PATIENCE)
                        .until(() -> !scene.live.healer().blind().containsKey(Link.SENSOR));
            }
            assertThat(
                            KafkaScene.withoutRepeats(
                                            KafkaScene.events(broker.topics().read(Topic.FAULTS.named(prefix))))
                                    .stream()
                                    .filter(event -> event.data() instanceof dev.watchdog.events.FaultRaised)
                                    .map(KafkaScene::text))
                    .containsExactlyElementsOf(PublisherIT.names(0, 200));
        }
    }

    private AclBinding acl(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, Topic.FAULTS.named(prefix), PatternType.LITERAL),
                new AccessControlEntry("User:agent", "*", operation, permission));
    }
}
