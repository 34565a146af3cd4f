package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dockerd and containerd hang or are killed, before a fault and in the middle of its repair, again and again. */
@NeedsDockerd
class HungEngineIT {
    /** Each is broken four times in a test, and five times in ten minutes would be flapping. */
    private static final int CONTAINERS = 5;

    private static final int ROUNDS = 20;
    /** Nothing waits for the engine's hang: with it, a repair took as long as a call to the engine may. */
    private static final Duration ON_TIME = PretendRoom.QUICK.deadline();

    private static final RepairStep[] STEPS = RepairStep.values();

    @TempDir
    Path directory;

    private volatile RepairStep inTheMiddle = RepairStep.BEGUN;
    private volatile Runnable hang = () -> {};

    @Test
    void anEngineThatHangsTwentyTimesHoldsNoRepairAndLeavesNothing() throws Exception {
        try (Dockerd one = Dockerd.launch(Dockerd.Options.LIVE_RESTORE);
                Dockerd other = Dockerd.launch(Dockerd.Options.PLAIN);
                PretendRoom room = new PretendRoom(directory, Mode.HEAL, this::told, PretendRoom.engines(one, other))) {
            List<AfterHealing> ofOne = start(one, room);
            List<AfterHealing> ofOther = start(other, room);
            round(0, room, one, ofOne, ofOther);
            List<String> threads = threads();
            long descriptors = descriptors();
            for (int i = 1; i < ROUNDS; i++) {
                round(i, room, one, ofOne, ofOther);
            }
            await().atMost(PretendRoom.PATIENCE).untilAsserted(() -> {
                assertThat(threads()).as("before: %s", threads).hasSizeLessThan(threads.size() + 6);
                assertThat(descriptors()).as("descriptors").isLessThan(descriptors + 8);
            });
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            assertThat(room.count(FaultRaised.class)).isEqualTo(room.count(ActionEvent.Succeeded.class));
            slowest(room);
            ofOne.get(0).works(directory);
            ofOther.get(0).works(directory);
        }
    }

    /** One root of each engine is lost while containerd or dockerd of the first hangs since before or since amidst. */
    private void round(int i, PretendRoom room, Dockerd one, List<AfterHealing> ofOne, List<AfterHealing> ofOther) {
        int healed = room.count(FaultCleared.class);
        int blind = room.count(SensorEvent.Blinded.class);
        boolean engine = i % 2 == 0;
        Runnable freezing = engine ? one::freeze : one::freezeContainerd;
        if (i % 4 < 2) {
            freezing.run();
        } else {
            inTheMiddle = STEPS[i % STEPS.length];
            hang = freezing;
        }
        LostRoot.byUmount(ofOne.get(i % CONTAINERS).merged());
        LostRoot.byUmount(ofOther.get(i % CONTAINERS).merged());
        room.awaitCount(FaultCleared.class, healed + 2);
        if (engine) {
            room.awaitCount(SensorEvent.Blinded.class, blind + 1);
            one.thaw();
            room.awaitCount(SensorEvent.Recovered.class, blind + 1);
        } else {
            one.thawContainerd();
            assertThat(room.count(SensorEvent.Blinded.class)).isEqualTo(blind);
        }
    }

    /** On the thread of the repair. */
    private void told(RepairStep step) {
        if (step == inTheMiddle) {
            Runnable once = hang;
            hang = () -> {};
            once.run();
        }
    }

    @Test
    void anEngineThatIsKilledInTheMiddleOfARepairIsSeenAgainWithAllItsContainers() throws Exception {
        try (Dockerd one = Dockerd.launch(Dockerd.Options.LIVE_RESTORE);
                PretendRoom room = new PretendRoom(directory, Mode.HEAL, this::told, PretendRoom.engines(one))) {
            List<AfterHealing> all = start(one, room);

            inTheMiddle = RepairStep.CLONED;
            hang = one::kill;
            LostRoot.byUmountAndRmdir(all.get(0).merged());
            room.awaitCount(FaultCleared.class, 1);
            room.awaitCount(SensorEvent.Blinded.class, 1);
            LostRoot.byUmount(all.get(1).merged());
            room.awaitCount(FaultCleared.class, 2);
            one.revive();
            room.awaitCount(SensorEvent.Recovered.class, 1);

            inTheMiddle = RepairStep.PROBED;
            hang = one::replaceContainerd;
            LostRoot.byUmount(all.get(2).merged());
            room.awaitCount(FaultCleared.class, 3);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> one.docker().exec("hung-0", "", "true").exit() == 0);
            String fresh = one.docker().run("after-all");
            room.awaitState("healthy", fresh);
            assertThat(room.inState("healthy")).hasSize(CONTAINERS + 1);
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            for (AfterHealing each : all) {
                each.works(directory);
            }
        }
    }

    private static List<AfterHealing> start(Dockerd engine, PretendRoom room) {
        List<AfterHealing> all = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            String id = engine.docker().run("hung-" + i);
            all.add(AfterHealing.prepare(engine, id));
            room.awaitState("healthy", id);
        }
        return all;
    }

    /** By the journal: from the kernel's signal to the proof. */
    private static void slowest(PretendRoom room) {
        assertThat(room.told(ActionEvent.Succeeded.class))
                .allSatisfy(done -> assertThat(Duration.ofNanos(1_000
                                * done.micros().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()))
                        .isLessThan(ON_TIME));
    }

    /** Those of the agent, without the test's own and Vert.x' pool of 20, which is filled before one is used again. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.equals("process reaper") && !name.startsWith("vert.x-worker-"))
                .sorted()
                .toList();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
