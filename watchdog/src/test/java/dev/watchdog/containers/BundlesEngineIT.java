package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Containerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** containerd without Docker: its bundles are the inventory, its own records the proof. */
@NeedsDockerd
class BundlesEngineIT {
    private static final BundleSource.Timing QUICK = new BundleSource.Timing(Duration.ofMillis(200), 10);
    private static final String POD = "3f".repeat(32);

    @TempDir
    Path directory;

    private PretendRoom room(Containerd engine) throws Exception {
        return room(engine, true);
    }

    private PretendRoom room(Containerd engine, boolean expected) throws Exception {
        return new PretendRoom(
                directory,
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new BundleSource(engine.state().toString(), expected, threads, QUICK)));
    }

    /** As the shim sees it. */
    private static void lose(Containerd engine, String namespace, String id, boolean directoryToo) {
        String rootfs = engine.rootfs(namespace, id).toString();
        String shim = String.valueOf(engine.shimPid(namespace, id));
        Programs.run("nsenter", "-t", shim, "-m", "umount", rootfs).orFail();
        if (directoryToo) {
            // refused when the agent was quicker
            Programs.run("nsenter", "-t", shim, "-m", "rmdir", rootfs);
        }
    }

    private static void worksAndIsRemoved(Containerd engine, String namespace, String id) {
        assertThat(engine.exec(namespace, id, "cat", "/etc/passwd").orFail().text())
                .contains("apps");
        String rootfs = engine.rootfs(namespace, id).toString();
        assertThat(AfterHealing.lines(" " + rootfs + " ")).hasSize(1);
        engine.remove(namespace, id);
        await().atMost(PretendRoom.PATIENCE)
                .untilAsserted(() -> assertThat(AfterHealing.lines(rootfs)).isEmpty());
        assertThat(engine.bundle(namespace, id)).doesNotExist();
    }

    @Test
    void aTaskThatStartsWhileWatchedIsHealedTwiceAndGoesWithoutATrace() throws Exception {
        try (Containerd engine = Containerd.launch(true);
                PretendRoom room = room(engine)) {
            engine.run("test", "one");
            room.awaitState("healthy", "test:one");
            lose(engine, "test", "one", false);
            room.awaitCount(FaultCleared.class, 1);
            lose(engine, "test", "one", true);
            room.awaitCount(FaultCleared.class, 2);
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            worksAndIsRemoved(engine, "test", "one");
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().isEmpty());
            AfterHealing.noForeignNamespaceIsHeld();
        }
    }

    @Test
    void aPodIsCalledByItsAnnotations() throws Exception {
        try (Containerd engine = Containerd.launch(false);
                PretendRoom room = room(engine)) {
            engine.run(
                    "k8s.io",
                    POD,
                    "--annotation",
                    "io.kubernetes.pod.name=web-0",
                    "--annotation",
                    "io.kubernetes.pod.namespace=shop",
                    "--annotation",
                    "io.kubernetes.container.name=\u001b[31mnginx");
            room.awaitState("healthy", POD);
            assertThat(room.room.inventory())
                    .extracting(dev.watchdog.healing.WatchedSubject::name)
                    .containsExactly("shop/web-0/\u001b[31mnginx");
            lose(engine, "k8s.io", POD, true);
            room.awaitCount(FaultCleared.class, 1);
            worksAndIsRemoved(engine, "k8s.io", POD);
        }
    }

    /** Its shim does not see it and nothing has seen it before: containerd's records tell whose root it is. */
    @Test
    void whatWasLostBeforeTheAgentCameIsProvedByContainerdsRecords() throws Exception {
        try (Containerd engine = Containerd.launch(true)) {
            for (int i = 0; i < 12; i++) {
                // more than a page of records
                engine.run("filler" + i % 3, "other-" + i);
            }
            engine.run("test", "early");
            lose(engine, "test", "early", true);
            try (PretendRoom room = room(engine)) {
                room.awaitCount(FaultCleared.class, 1);
                assertThat(room.typesOf("test:early")).contains("action.succeeded");
                worksAndIsRemoved(engine, "test", "early");
            }
        }
    }

    /** It executes nothing: in its new namespace it never had the mount, and that is no fault. */
    @Test
    void containerdKilledAndStartedInANewNamespaceIsNoFault() throws Exception {
        try (Containerd engine = Containerd.launch(true)) {
            engine.run("test", "one");
            try (PretendRoom room = room(engine)) {
                room.awaitState("healthy", "test:one");
                engine.kill();
                room.awaitCount(SensorEvent.Blinded.class, 1);
                lose(engine, "test", "one", true);
                room.awaitCount(FaultCleared.class, 1);
                engine.start();
                room.awaitCount(SensorEvent.Recovered.class, 1);
                engine.run("test", "two");
                room.awaitState("healthy", "test:one", "test:two");
                assertThat(room.count(FaultRaised.class)).as(room.story()).isEqualTo(1);
                lose(engine, "test", "one", false);
                room.awaitCount(FaultCleared.class, 2);
                worksAndIsRemoved(engine, "test", "two");
                assertThat(engine.exec("test", "one", "cat", "/etc/passwd")
                                .orFail()
                                .text())
                        .contains("apps");
            }
        }
    }

    @Test
    void oneThatIsAwayIsReadAnywayAndOneThatComesLateIsFound() throws Exception {
        try (Containerd engine = Containerd.prepare(false)) {
            try (PretendRoom room = room(engine, false)) {
                assertThat(room.room.check().join()).isEmpty();
                engine.start();
                engine.run("test", "one");
                room.awaitState("healthy", "test:one");
                assertThat(room.count(SensorEvent.Blinded.class))
                        .as(room.story())
                        .isZero();
                engine.kill();
                room.awaitCount(SensorEvent.Blinded.class, 1);
                aSecondAgentIsRefused(engine);
            }
            try (PretendRoom room = second(engine)) {
                room.awaitState("healthy", "test:one");
                room.awaitCount(SensorEvent.Blinded.class, 1);
            }
        }
    }

    private PretendRoom second(Containerd engine) throws Exception {
        return new PretendRoom(
                Files.createTempDirectory(directory, "second"),
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new BundleSource(engine.state().toString(), true, threads, QUICK)));
    }

    private void aSecondAgentIsRefused(Containerd engine) throws Exception {
        try (PretendRoom room = second(engine)) {
            room.awaitCount(SensorEvent.Blinded.class, 1);
            assertThat(room.told(SensorEvent.Blinded.class).get(0).why()).contains("another agent");
            assertThat(room.room.inventory()).isEmpty();
        }
    }

    @Test
    void whatIsNoMountIsLeftAloneAndDockersAreNotTold() throws Exception {
        try (Containerd engine = Containerd.launch(false)) {
            Path root = engine.directory().resolve("plain");
            Files.createDirectories(root.resolve("bin"));
            Files.copy(Path.of("/bin/busybox"), root.resolve("bin/sleep"));
            engine.ctr(
                            "test",
                            "run",
                            "--detach",
                            "--null-io",
                            "--cgroup",
                            "/" + engine.directory().getFileName() + "/plain",
                            "--runc-root",
                            engine.directory().resolve("runc").toString(),
                            "--rootfs",
                            root.toString(),
                            "plain",
                            "/bin/sleep",
                            "infinity")
                    .orFail();
            engine.run("moby", POD);
            try (PretendRoom room = room(engine)) {
                room.awaitState("left-alone", "test:plain");
                assertThat(room.room.check().join())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                Finding.Unknown.class,
                                unknown -> assertThat(unknown.leftAlone()).isTrue());
                assertThat(room.room.inventory()).hasSize(1);
            }
        }
    }

    @Test
    void garbageAmongTheBundlesHarmsNobody() throws Exception {
        try (Containerd engine = Containerd.launch(false)) {
            engine.run("test", "one");
            Path tasks = engine.bundle("test", "one").resolveSibling("");
            bundle(tasks.resolve("empty"), "", "");
            bundle(tasks.resolve("letters"), "abc", "{}");
            bundle(tasks.resolve("huge"), "1".repeat(100), "{}");
            bundle(tasks.resolve("deep"), "2", "[".repeat(100_000));
            bundle(tasks.resolve("cut"), "2", "{\"root\":{\"path\":\"ro");
            bundle(tasks.resolve("self"), "" + ProcessHandle.current().pid(), "{\"root\":{\"path\":\"rootfs\"}}");
            bundle(tasks.resolve("init"), "1", "{\"root\":{\"path\":\"rootfs\"}}");
            bundle(tasks.resolve("up"), "" + engine.pid("test", "one"), "{\"root\":{\"path\":\"../../../etc\"}}");
            bundle(tasks.resolve("its"), "" + engine.pid("test", "one"), "{\"root\":{\"path\":\"rootfs\"}}");
            bundle(tasks.resolve("-rf"), "2", "{}");
            bundle(tasks.resolve("a\nb"), "2", "{}");
            Files.createSymbolicLink(tasks.resolve("link"), tasks.resolve("one"));
            Files.createSymbolicLink(tasks.resolve("../other").normalize(), Path.of("/proc"));
            Files.writeString(tasks.resolve("../file").normalize(), "");
            try (PretendRoom room = room(engine)) {
                room.awaitState("healthy", "test:one");
                lose(engine, "test", "one", true);
                room.awaitCount(FaultCleared.class, 1);
                bundle(tasks.resolve("late"), "2", "{{{");
                lose(engine, "test", "one", false);
                room.awaitCount(FaultCleared.class, 2);
                assertThat(room.told(ActionEvent.Succeeded.class)).hasSize(2);
                assertThat(room.events())
                        .allMatch(event -> event.subject().id().equals("test:one")
                                || event.subject().id().isEmpty());
                assertThat(room.room.check().join())
                        .filteredOn(Finding.Faulty.class::isInstance)
                        .isEmpty();
            }
        }
    }

    private static void bundle(Path path, String pid, String specification) throws Exception {
        Files.createDirectories(path.resolve("rootfs"));
        Files.writeString(path.resolve("init.pid"), pid);
        Files.writeString(path.resolve("config.json"), specification);
    }
}
