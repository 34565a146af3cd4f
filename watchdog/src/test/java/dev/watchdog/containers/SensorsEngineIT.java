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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen while an engine is not there yet, hangs, dies and comes back, and while its containers come and go. */
@NeedsDockerd
class SensorsEngineIT {
    @TempDir
    Path directory;

    @Test
    void anEngineThatAppearsLaterHangsDiesAndComesBack() throws Exception {
        try (Dockerd engine = Dockerd.prepare(Dockerd.Options.LIVE_RESTORE);
                PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            engine.start();
            engine.docker().importImage();
            String id = engine.docker().run("first");
            AfterHealing after = AfterHealing.prepare(engine, id);
            room.awaitState("healthy", id);
            assertThat(room.count(SensorEvent.Blinded.class)).as(room.story()).isZero();

            engine.freeze();
            room.awaitCount(SensorEvent.Blinded.class, 1);
            LostRoot.byUmount(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            engine.thaw();
            room.awaitCount(SensorEvent.Recovered.class, 1);

            engine.kill();
            room.awaitCount(SensorEvent.Blinded.class, 2);
            engine.revive();
            String second = engine.docker().run("second");
            room.awaitCount(SensorEvent.Recovered.class, 2);
            room.awaitState("healthy", id, second);
            assertThat(room.count(SensorEvent.Blinded.class)).as(room.story()).isEqualTo(2);
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            after.allWorks(directory);
        }
    }

    @Test
    void containersOfAnEngineThatHangsFromTheBeginningAreFoundByTheirStateFiles() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN)) {
            String id = engine.docker().run("unheard");
            AfterHealing after = AfterHealing.prepare(engine, id);
            engine.freeze();
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                room.awaitCount(SensorEvent.Blinded.class, 1);
                LostRoot.byRmdirElsewhere(after.merged());
                room.awaitCount(FaultCleared.class, 1);
                engine.thaw();
                room.awaitCount(SensorEvent.Recovered.class, 1);
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> room.room.inventory().stream()
                                .anyMatch(line -> line.name().equals("unheard")));
                after.allWorks(directory);
            } finally {
                engine.thaw();
            }
        }
    }

    @Test
    void twoEnginesAreWatchedAndOneThatHangsCostsTheOtherNothing() throws Exception {
        try (Dockerd one = Dockerd.launch(Dockerd.Options.PLAIN);
                Dockerd other = Dockerd.launch(Dockerd.Options.PLAIN);
                PretendRoom room =
                        new PretendRoom(directory, Mode.HEAL, RepairStep.UNHEARD, PretendRoom.engines(one, other))) {
            String first = one.docker().run("of-one");
            String second = other.docker().run("of-other");
            AfterHealing afterFirst = AfterHealing.prepare(one, first);
            AfterHealing afterSecond = AfterHealing.prepare(other, second);
            room.awaitState("healthy", first, second);

            one.freeze();
            room.awaitCount(SensorEvent.Blinded.class, 1);
            LostRoot.byUmountAndRmdir(afterSecond.merged());
            room.awaitCount(FaultCleared.class, 1);
            afterSecond.allWorks(directory);
            one.thaw();
            room.awaitCount(SensorEvent.Recovered.class, 1);

            LostRoot.byUmountAndRmdir(afterFirst.merged());
            room.awaitCount(ActionEvent.Succeeded.class, 2);
            afterFirst.allWorks(directory);
            assertThat(room.count(SensorEvent.Blinded.class)).as(room.story()).isEqualTo(1);
        }
    }

    /** Starts, stops, pauses, renames, restarts, execs and copies of many: no fault, no action. */
    @Test
    void aStormRaisesNothing() throws Exception {
        int many = Boolean.getBoolean("watchdog.long") ? 1_000 : 200;
        ExecutorService lanes = Executors.newFixedThreadPool(6);
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN);
                PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            List<CompletableFuture<Void>> lives = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                int number = i;
                lives.add(CompletableFuture.runAsync(() -> live(engine, number), lanes));
            }
            lives.forEach(CompletableFuture::join);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().isEmpty());
            assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
            assertThat(room.count(ActionEvent.Requested.class)).as(room.story()).isZero();
            assertThat(room.count(SensorEvent.Blinded.class)).as(room.story()).isZero();
        } finally {
            lanes.shutdownNow();
        }
    }

    /** One short life, and one of the things that people do in it. */
    private void live(Dockerd engine, int number) {
        String name = "storm-" + number;
        String id = engine.docker().run(name);
        switch (number % 6) {
            case 0 -> engine.docker().command("pause", id).orFail();
            case 1 -> engine.docker().command("rename", name, name + "-too").orFail();
            case 2 -> engine.docker().restart(id).orFail();
            case 3 -> engine.docker().exec(id, "", "true").orFail();
            case 4 ->
                engine.docker()
                        .copyOut(id, "/etc/passwd", directory.resolve(name))
                        .orFail();
            default -> engine.docker().command("stop", "--time", "0", id).orFail();
        }
        engine.docker().remove(id).orFail();
    }
}
