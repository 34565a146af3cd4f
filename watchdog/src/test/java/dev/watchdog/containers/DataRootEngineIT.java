package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data root that is not where it seems: covered by another mount, bind-mounted, a symlink, with odd letters. */
@NeedsDockerd
class DataRootEngineIT {
    /** A disk of its own, shared, and seen once more beside. */
    private static Dockerd engine;

    @TempDir
    Path directory;

    @BeforeAll
    static void launch() throws Exception {
        engine = Dockerd.prepare(Dockerd.Options.PLAIN);
        String data = engine.dataRoot().toString();
        Path beside = Files.createDirectory(engine.directory().resolve("beside"));
        Programs.run("mount", "-t", "tmpfs", "data", data).orFail();
        Programs.run("mount", "--make-shared", data).orFail();
        Programs.run("mount", "--bind", data, beside.toString()).orFail();
        engine.start();
        engine.docker().importImage();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @AfterEach
    void removeAll() {
        engine.docker().removeAll();
    }

    @Test
    void bindMountedAndSharedItIsMendedOnce() throws Exception {
        String id = engine.docker().run("bound");
        AfterHealing after = AfterHealing.prepare(engine, id);
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            LostRoot.byUmountAndRmdir(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            Path beside = engine.directory()
                    .resolve("beside")
                    .resolve(engine.dataRoot().relativize(after.merged()));
            assertThat(AfterHealing.lines(beside + " ")).hasSize(1);
            after.allWorks(directory);
        }
    }

    /** What mounts a root takes no space. */
    @Test
    void aRootOnAFullDiskIsMended() throws Exception {
        String id = engine.docker().run("full");
        AfterHealing after = AfterHealing.prepare(engine, id);
        String data = engine.dataRoot().toString();
        Path filler = engine.dataRoot().resolve("filler");
        try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            Programs.run("mount", "-o", "remount,size=64m", data).orFail();
            assertThat(Programs.run("dd", "if=/dev/zero", "of=" + filler, "bs=1M")
                            .err())
                    .contains("No space left");
            LostRoot.byUmountAndRmdir(after.merged());
            room.awaitCount(FaultCleared.class, 1);
            Files.delete(filler);
            String used = Programs.run("sh", "-c", "df --output=iused '" + data + "' | tail -n 1")
                    .orFail()
                    .text();
            Programs.run("mount", "-o", "remount,size=1g,nr_inodes=" + used, data)
                    .orFail();
            assertThat(Programs.run("touch", filler.toString()).err()).contains("No space left");
            LostRoot.byUmount(after.merged());
            room.awaitCount(FaultCleared.class, 2);
            Programs.run("mount", "-o", "remount,nr_inodes=1m", data).orFail();
            after.allWorks(directory);
        }
    }

    @Test
    void coveredByATmpfsIsToldAndNothingIsWrittenThere() throws Exception {
        covered(List.of(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=1m",
                "cover",
                engine.dataRoot().toString()));
    }

    /** The layer's directory is there as well, and is not the one. */
    @Test
    void coveredByACopyOfItIsToldAndNothingIsMountedThere() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Programs.run("mount", "-t", "tmpfs", "copy", copy.toString()).orFail();
        try {
            covered(List.of(
                    "sh",
                    "-c",
                    "tar -C \"$1\" --one-file-system -cf - . | tar -C \"$2\" -xf - && mount --bind \"$2\" \"$1\"",
                    "sh",
                    engine.dataRoot().toString(),
                    copy.toString()));
        } finally {
            Programs.run("umount", copy.toString()).orFail();
        }
    }

    private void covered(List<String> covering) throws Exception {
        String id = engine.docker().run("covered");
        AfterHealing after = AfterHealing.prepare(engine, id);
        Path journal = Files.createDirectory(directory.resolve("journal"));
        try (PretendRoom room = PretendRoom.of(journal, RepairStep.UNHEARD, engine)) {
            room.awaitState("healthy", id);
            Programs.run(covering.toArray(String[]::new)).orFail();
            List<String> before = files(engine.dataRoot());
            try {
                room.awaitCount(FaultRaised.class, 1);
                FaultRaised raised = room.told(FaultRaised.class).get(0);
                assertThat(raised.evidence().summary()).contains("covered");
                assertThat(String.valueOf(raised.evidence().facts())).contains("tmpfs");
                assertThat(LossExplanation.of(raised.evidence()).cause()).isEqualTo(Cause.COVERED.id());
                assertThat(files(engine.dataRoot())).isEqualTo(before);
                assertThat(room.typesOf(id)).as(room.story()).containsExactly("fault.raised");
            } finally {
                Programs.run("umount", engine.dataRoot().toString()).orFail();
            }
            room.awaitCount(FaultCleared.class, 1);
            assertThat(room.typesOf(id)).as(room.story()).containsExactly("fault.raised", "fault.cleared");
            after.allWorks(directory);
        }
    }

    private static List<String> files(Path at) throws Exception {
        try (Stream<Path> all = Files.walk(at)) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void aSymlinkToOneWithSpacesAndOtherLetters() throws Exception {
        try (Dockerd odd = Dockerd.prepare(Dockerd.Options.PLAIN)) {
            Path real = Files.move(odd.dataRoot(), odd.directory().resolve("my Dаten-ü データ"));
            Files.createSymbolicLink(odd.dataRoot(), real);
            odd.start();
            Docker docker = odd.docker();
            docker.importImage();
            String id = docker.run("odd");
            Path merged = docker.merged(id);
            assertThat(merged).startsWith(real);
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, odd)) {
                room.awaitState("healthy", id);
                LostRoot.byUmountAndRmdir(merged);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(docker.exec(id, "apps", "id", "-un").orFail().text()).isEqualTo("apps");
                Path in = Files.writeString(directory.resolve("in"), "copied");
                docker.copyIn(in, id, "/data/in").orFail();
                assertThat(docker.exec(id, "", "cat", "/data/in").orFail().text())
                        .isEqualTo("copied");
                docker.restart(id).orFail();
                docker.remove(id).orFail();
                assertThat(merged.getParent()).doesNotExist();
            }
        }
    }
}
