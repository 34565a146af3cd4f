package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.BrokerProcess;
import dev.watchdog.testing.KafkaTopics;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker's disk is full, and then it is not: what happened meanwhile still arrives, in order. */
@NeedsRoot
@Timeout(600)
class BrokerDiskFullKernelIT {
    private static final int TIMES = Boolean.getBoolean("watchdog.long") ? 10 : 1;
    private static final int MEBIBYTES = 256;

    /** Between batches of 50 events: at ten times the pace the events themselves fill the disk before the tenth round. */
    private static final Duration PACE = Duration.ofMillis(200);

    private static final Duration ENDS_BY_ITSELF = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void whatABrokerWithoutRoomDoesNotTakeArrivesWhenThereIsRoomAgain() throws Exception {
        Path mounted = directory.resolve("disk");
        try (SmallDisk disk = SmallDisk.mount(mounted, MEBIBYTES);
                BrokerProcess broker = BrokerProcess.start(
                        directory,
                        Map.of("log.dirs", disk.root().resolve("kafka").toString()));
                KafkaScene scene = new KafkaScene(
                        directory.resolve("journal"),
                        KafkaScene.settings(broker.bootstrapServers(), KafkaTopics.prefix()));
                TickAccount ticks = new TickAccount(directory, broker.bootstrapServers(), broker.topics())) {
            ticks.start();
            EventStream stream = new EventStream(scene, 0, PACE);
            try (stream) {
                for (int i = 0; i < TIMES; i++) {
                    ticks.ask(3);
                    ticks.awaitAnswered();
                    scene.awaitDeliveredSoFar();
                    disk.fill();
                    ticks.ask(3);
                    scene.awaitBlind("no broker of " + broker.bootstrapServers());
                    scene.assertHealerAnswersAtOnce();
                    if (!broker.endsWithin(ENDS_BY_ITSELF)) {
                        broker.kill(); // it takes nothing any more until it is started again
                    }
                    disk.free();
                    broker.restart();
                    ticks.awaitAnswered();
                    scene.awaitDeliveredSoFar();
                }
            }
            scene.awaitDelivered();
            scene.assertAllArrivedOnce(broker.topics(), stream.written());
            ticks.assertEachOnce();
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(mounted.toString());
    }
}
