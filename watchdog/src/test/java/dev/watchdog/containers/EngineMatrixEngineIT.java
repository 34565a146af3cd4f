package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.Listeners;
import dev.watchdog.testing.DebianRoot;
import dev.watchdog.testing.NeedsDebootstrap;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ways to lose a root, on the engines of four Debians. Each has a file tree of its own, so that none of its paths
 * is what the agent's own tree has there, and lives in slave mount namespaces.
 */
@NeedsDebootstrap
@EnabledIfSystemProperty(named = "watchdog.long", matches = "true", disabledReason = "takes minutes: verify --long")
class EngineMatrixEngineIT {
    private static final EngineMatrix TABLE = new EngineMatrix();
    private static final int MANY = 100;
    /** What a container of 28 cannot be started without: runc 1.2 and newer look for it first. */
    private static final String NO_ROOT = "invalid rootfs: stat ";

    @TempDir
    Path directory;

    @AfterEach
    void write() throws IOException {
        TABLE.write(Path.of(System.getProperty("watchdog.home", "."), "target"));
    }

    @ParameterizedTest
    @CsvSource({
        "bullseye, 20.10.5, overlay2",
        "bookworm, 20.10.24, overlay2",
        "trixie, 26.1., overlay2",
        "trixie, 26.1., containerd",
        "sid, 28.5., overlay2",
        "sid, 28.5., containerd"
    })
    void isHealedInEveryCase(String suite, String version, String store) throws Exception {
        Path tree = DebianRoot.engine(suite).ready();
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.of(tree, store.equals("containerd")))) {
            EngineMatrix.Row row = TABLE.row(suite, store, engine.docker());
            assertThat(engine.docker().command("version").orFail().text()).contains(version);
            assertThat(Listeners.of(engine.socket())).containsExactly((int) engine.pid());
            heals(engine, row, "a", merged -> umount(engine, merged));
            heals(engine, row, "b", merged -> umountAndRmdir(engine, merged));
            restartBefore(engine, row, suite);
            heals(engine, row, "d", merged -> engine.restart());
            manyAtOnce(engine, row);
        }
    }

    private static void umount(Dockerd engine, Path merged) {
        engine.atEngine("umount", merged.toString()).orFail();
    }

    /** The second is refused when the agent was quicker and has healed it in between. */
    private static void umountAndRmdir(Dockerd engine, Path merged) {
        umount(engine, merged);
        engine.atEngine("rmdir", merged.toString());
    }

    /** Once with an agent that only looks until it is told to, for what people see; then by itself. */
    private void heals(Dockerd engine, EngineMatrix.Row row, String fault, Consumer<Path> breaking) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("case-" + fault);
        AfterHealing after = AfterHealing.prepare(engine, id);
        // what this copies up stays usable when dockerd has broken copying up, see below
        after.works(directory);
        try (PretendRoom room = room(fault + "-observe", Mode.OBSERVE, engine)) {
            room.awaitState("healthy", id);
            breaking.accept(after.merged());
            room.awaitCount(ActionEvent.Refused.class, 1);
            Ran exec = docker.exec(id, "", "echo", "hi");
            row.said(fault + " exec", exec);
            // with the directory there, runc still finds its way: what it does not see is what is in it
            assertThat(exec.exit() == 0).as("%s", exec).isEqualTo(fault.equals("a"));
            if (exec.exit() != 0) {
                assertThat(exec.out() + exec.err())
                        .containsPattern("fork/exec /proc/self/(exe|fd/[0-9]+): no such file or directory");
            }
            healWhatIsOpen(room, engine, after, id);
            after.works(directory);
        }
        try (PretendRoom room = room(fault + "-heal", Mode.HEAL, engine)) {
            room.awaitState("healthy", id);
            breaking.accept(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            awaitMounted(engine, after, id);
            after.works(directory);
            row.healed(fault, slowest(room));
            // a dockerd that starts in a new namespace mounts the layer a second time, and that mount removes the work
            // directory of the first (fs/overlayfs/super.c, ovl_workdir_create): copying up a directory and hiding a
            // file
            // of the image fail until it is mounted anew. `docker restart` keeps the mount it finds, stop and start do
            // not.
            row.said(fault + " rm", docker.exec(id, "", "rm", "/bin/tail"));
            docker.command("stop", "-t", "0", id).orFail();
            docker.command("start", id).orFail();
            docker.exec(id, "", "rm", "/bin/wc").orFail();
            room.awaitState("healthy", id);
            assertThat(room.count(FaultRaised.class))
                    .as(room.story())
                    .isEqualTo(room.count(ActionEvent.Succeeded.class));
            after.allWorks(directory);
        }
        AfterHealing.noForeignNamespaceIsHeld();
    }

    /** A dockerd in a new namespace is found out a moment after what it did in the old one: there may be two faults. */
    private static void awaitMounted(Dockerd engine, AfterHealing after, String id) {
        await(after.merged() + " mounted")
                .atMost(PretendRoom.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> isMounted(engine, after, id));
    }

    private static boolean isMounted(Dockerd engine, AfterHealing after, String id) throws IOException {
        List<String> namespaces = AfterHealing.lines(" " + after.merged() + " ").stream()
                .map(AfterHealing.Line::namespace)
                .toList();
        return namespaces.contains(namespace(engine.pid()))
                && namespaces.contains(namespace(engine.docker().shimPid(id)));
    }

    private static String namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
    }

    private static void healWhatIsOpen(PretendRoom room, Dockerd engine, AfterHealing after, String id) {
        await(id + " healed by a person")
                .atMost(PretendRoom.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<FaultRaised> raised = room.told(FaultRaised.class);
                    if (raised.size() == room.count(FaultCleared.class)) {
                        return isMounted(engine, after, id);
                    }
                    String open = raised.get(raised.size() - 1).fault();
                    room.ask("heal", Map.of("fault", open), "test");
                    return false;
                });
    }

    /** From the first signal to the proof, by the journal's own account. */
    private static double slowest(PretendRoom room) {
        return room.told(ActionEvent.Succeeded.class).stream()
                        .mapToLong(succeeded -> succeeded.micros().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                        .max()
                        .orElseThrow()
                / 1_000.0;
    }

    /** The usual advice, while nobody heals. On the newest it leaves the container down. */
    private void restartBefore(Dockerd engine, EngineMatrix.Row row, String suite) throws Exception {
        Docker docker = engine.docker();
        String id = docker.run("victim");
        Path merged = docker.merged(id);
        try (PretendRoom room = room("restart-observe", Mode.OBSERVE, engine)) {
            room.awaitState("healthy", id);
            umountAndRmdir(engine, merged);
            room.awaitCount(ActionEvent.Refused.class, 1);
            Ran restart = docker.restart(id);
            row.said("b restart", restart);
            if (suite.equals("sid")) {
                assertThat(restart.exit()).isNotZero();
                assertThat(restart.err()).contains("Cannot restart container").contains(NO_ROOT + merged);
                assertThat(docker.inspect(id, ".State.Running")).isEqualTo("false");
            }
            docker.remove(id).orFail();
        }
    }

    private void manyAtOnce(Dockerd engine, EngineMatrix.Row row) throws Exception {
        Docker docker = engine.docker();
        List<String> ids = start(docker);
        List<AfterHealing> some = new ArrayList<>();
        for (String id : ids.subList(0, 2)) {
            some.add(AfterHealing.prepare(engine, id));
        }
        List<String> umount = new ArrayList<>(List.of("umount"));
        ids.forEach(id -> umount.add(docker.merged(id).toString()));
        try (PretendRoom room = room("e", Mode.HEAL, engine)) {
            room.awaitState("healthy", ids);
            engine.atEngine(umount.toArray(String[]::new)).orFail();
            Duration broken = room.clock.now().sinceBoot();
            room.awaitCount(FaultCleared.class, MANY);
            row.healed("e", room.clock.now().sinceBoot().minus(broken).toNanos() / 1e6);
            assertThat(room.count(FaultRaised.class)).isEqualTo(MANY);
            assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(MANY);
            for (String merged : umount.subList(1, umount.size())) {
                assertThat(AfterHealing.lines(merged)).hasSize(1);
            }
            for (AfterHealing each : some) {
                each.allWorks(directory);
            }
        }
        docker.removeAll();
        for (String merged : umount.subList(1, umount.size())) {
            assertThat(AfterHealing.lines(merged)).isEmpty();
        }
        AfterHealing.noForeignNamespaceIsHeld();
    }

    private static List<String> start(Docker docker) {
        ExecutorService lanes = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<String>> runs = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                String name = "many-" + i;
                runs.add(CompletableFuture.supplyAsync(() -> docker.run(name), lanes));
            }
            return runs.stream().map(CompletableFuture::join).toList();
        } finally {
            lanes.shutdown();
        }
    }

    private PretendRoom room(String name, Mode mode, Dockerd engine) throws Exception {
        return new PretendRoom(
                Files.createDirectory(directory.resolve(name)),
                mode,
                RepairStep.UNHEARD,
                PretendRoom.engine(engine.address()));
    }
}
