package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.docker.SharedDockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A FUSE file system that stands on the way to a container's root hangs: the others must not notice. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class HungFuseEngineIT {
    private static final String ID = "f".repeat(64);

    /** Nobody waits for the look that hangs: with it, a repair took as long as a look may. */
    private static final Duration ON_TIME = ContainersSettings.DEFAULTS.lookDeadline();

    @TempDir
    Path directory;

    @AfterEach
    void removeAll(Dockerd engine) {
        engine.docker().removeAll();
    }

    @Test
    void itCostsOneThreadAndHoldsNobodyElseAndComesBack(Dockerd engine) throws Exception {
        assumeTrue(Programs.present("fuse-overlayfs"), "skipped: needs fuse-overlayfs (Debian package fuse-overlayfs)");
        String on = engine.docker().run("on-fuse");
        List<AfterHealing> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(AfterHealing.prepare(engine, engine.docker().run("beside-" + i)));
        }
        try (FuseMount fuse = new FuseMount(directory);
                PretendRoom room = new PretendRoom(
                        directory,
                        Mode.HEAL,
                        RepairStep.UNHEARD,
                        (context, threads) -> List.of(
                                PretendRoom.engine(engine.address())
                                        .make(context, threads)
                                        .get(0),
                                new OneContainer(fuse.show(engine, on))))) {
            room.awaitState("healthy", ID);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.inState("healthy").size() == 6);
            long threads = residents();

            fuse.freeze();
            // the first is what makes the agent look at all of them, the others come while that look hangs and after
            for (int i = 0; i < others.size(); i++) {
                long begin = System.nanoTime();
                LostRoot.byUmount(others.get(i).merged());
                room.awaitCount(FaultCleared.class, i + 1);
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("fault %s", i)
                        .isLessThan(ON_TIME);
            }
            room.awaitState("unknown", ID);
            assertThat(residents()).isLessThanOrEqualTo(threads + 1);

            fuse.thaw();
            LostRoot.byUmount(fuse.root());
            room.awaitCount(FaultCleared.class, others.size() + 1);
            room.awaitState("healthy", ID);
            assertThat(room.count(ActionEvent.Failed.class)).as(room.story()).isZero();
            for (AfterHealing each : others) {
                each.works(directory);
            }
        }
    }

    private static long residents() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("mountns-\\d+"))
                .count();
    }

    /** fuse-overlayfs that asks its daemon each time, over a directory in which a container's root is shown once more. */
    private static final class FuseMount implements AutoCloseable {
        private final Path at;
        private final Path root;
        private final Process daemon;

        FuseMount(Path directory) throws Exception {
            at = Files.createDirectories(directory.resolve("fuse"));
            root = at.resolve("layers/on-fuse/merged");
            for (String part : List.of("lower/layers/on-fuse/merged", "upper", "work")) {
                Files.createDirectories(directory.resolve(part));
            }
            String options = "lowerdir=" + directory.resolve("lower") + ",upperdir=" + directory.resolve("upper")
                    + ",workdir=" + directory.resolve("work") + ",timeout=0";
            daemon = new ProcessBuilder("fuse-overlayfs", "-f", "-o", options, at.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("fuse.log").toFile())
                    .start();
            await().atMost(PretendRoom.PATIENCE).until(() -> Files.isDirectory(root));
        }

        /** The container as somebody tells of it who mounts its root here. */
        RunningContainer show(Dockerd engine, String id) {
            Path merged = engine.docker().merged(id);
            Programs.run("mount", "--bind", merged.toString(), root.toString()).orFail();
            return new RunningContainer(
                    ID,
                    "on-fuse",
                    "test",
                    (int) engine.docker().pid(id),
                    root.toString(),
                    new Layer.Overlay(merged.resolveSibling("diff").toString()),
                    0,
                    ProcessId.of((int) engine.pid()),
                    null);
        }

        Path root() {
            return root;
        }

        void freeze() {
            signal("STOP");
        }

        void thaw() {
            signal("CONT");
        }

        private void signal(String name) {
            Programs.run("busybox", "kill", "-" + name, "" + daemon.pid()).orFail();
        }

        @Override
        public void close() {
            // not through its paths: it may hang
            daemon.destroyForcibly();
            await().atMost(PretendRoom.PATIENCE).until(() -> !daemon.isAlive());
            Programs.run("umount", "-l", at.toString());
        }
    }
}
