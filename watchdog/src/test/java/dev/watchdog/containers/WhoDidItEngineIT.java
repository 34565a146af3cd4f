package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who took a root away on a real engine, why, and the warning before it happens. */
@NeedsDockerd
class WhoDidItEngineIT {
    @TempDir
    Path directory;

    @BeforeEach
    void eventsNeeded() throws IOException {
        try (MountEvents events = new MountEvents(SystemClock.open())) {
            assumeTrue(events.unavailable() == null, "skipped: " + events.unavailable());
        }
    }

    /** Each run is a fault of its own; a busy machine may be too late to read the name of some, never of all. */
    @Test
    void namesWhoUnmountsAndWhoCovers() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN)) {
            String id = engine.docker().run("lost");
            Path merged = engine.docker().merged(id);
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                await().atMost(PretendRoom.PATIENCE)
                        .until(() -> room.room.sources().get(0).engine().isPresent());
                List<String> names = new ArrayList<>();
                for (int round = 1; round <= 4; round++) {
                    Programs.run("sh", "-c", "umount -i -n \"$1\"; true", "sh", merged.toString())
                            .orFail();
                    room.awaitCount(FaultCleared.class, round);
                    Evidence evidence = lost(room).get(round - 1);
                    Map<?, ?> by = first(evidence, "lostBy");
                    assertThat(by.get("pid")).as(evidence.toString()).isInstanceOf(Long.class);
                    assertThat(by.get("notKnown")).isNull();
                    names.add(String.valueOf(by.get("name")));
                    Explanation told = LossExplanation.of(evidence);
                    assertThat(told.cause()).isEqualTo("unmounted");
                    assertThat(told.sureness()).isEqualTo("certain");
                    assertThat(told.who()).contains("" + by.get("pid"));
                }
                assertThat(names).isSubsetOf("umount", Witness.EXITED).contains("umount");
                Evidence last = lost(room).get(0);
                assertThat(first(last, "views").toString()).contains("startedAt=", "cgroup=", "name=dockerd");
                assertThat(last.facts()).containsKeys("kernel", "containerStartedAt", "engine");

                Programs.run("mount", "-t", "tmpfs", "-n", "cover", merged.toString())
                        .orFail();
                try {
                    await().atMost(PretendRoom.PATIENCE).until(() -> lost(room).size() == 5);
                    Evidence covered = lost(room).get(4);
                    assertThat(first(covered, "coveredBy").get("pid"))
                            .as(covered.toString())
                            .isInstanceOf(Long.class);
                    assertThat(LossExplanation.of(covered).cause()).isEqualTo("covered");
                } finally {
                    Programs.run("umount", merged.toString()).orFail();
                }
                room.awaitCount(FaultCleared.class, 5);
            }
        }
    }

    @Test
    void isWarnedOfOnceAndDockerdIsNamedWhenItHappens() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.SLAVES)) {
            String id = engine.docker().run("moved");
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                await().atMost(PretendRoom.PATIENCE).until(() -> risks(room).size() == 1);

                assertThat(risks(room).get(0).summary()).contains("" + engine.pid(), "live-restore");
                assertThat(room.room.check().join())
                        .filteredOn(each -> each.kind().equals(RootFindings.AT_RISK.name()))
                        .singleElement()
                        .isInstanceOf(Finding.Faulty.class);

                engine.restart();
                await("the loss, healed")
                        .atMost(PretendRoom.PATIENCE)
                        .until(() -> room.typesOf(id).contains("fault.cleared"));
                Evidence lost = lost(room).get(0);
                Explanation told = LossExplanation.of(lost);
                assertThat(told.cause()).as(lost.toString()).isEqualTo("live-restore-into-another-namespace");
                assertThat(told.who()).as(lost.toString()).contains("dockerd (process " + engine.pid() + ")");
                assertThat(told.sureness()).isEqualTo("certain");
                assertThat(risks(room)).as("told once").hasSize(1);

                engine.restart(new Dockerd.Options(false, true, false, List.of()));
                await("the set-up is another, so the risk is over")
                        .atMost(PretendRoom.PATIENCE)
                        .until(() -> room.events().stream()
                                .anyMatch(each -> each.data() instanceof FaultCleared over
                                        && over.kind().equals(RootFindings.AT_RISK.name())));
            }
        }
        AfterHealing.noForeignNamespaceIsHeld();
    }

    private static List<Evidence> lost(PretendRoom room) {
        return raised(room, RootFindings.LOST.name());
    }

    private static List<Evidence> risks(PretendRoom room) {
        return raised(room, RootFindings.AT_RISK.name());
    }

    private static List<Evidence> raised(PretendRoom room, String kind) {
        return room.events().stream()
                .map(Event::data)
                .filter(FaultRaised.class::isInstance)
                .map(FaultRaised.class::cast)
                .filter(each -> each.kind().equals(kind))
                .map(FaultRaised::evidence)
                .toList();
    }

    private static Map<?, ?> first(Evidence evidence, String fact) {
        return (Map<?, ?>) ((List<?>) evidence.facts().getOrDefault(fact, List.of(Map.of()))).get(0);
    }
}
