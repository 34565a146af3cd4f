package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.linux.HandedSocket;
import dev.watchdog.linux.Listeners;
import dev.watchdog.testing.NeedsDockerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local user without rights who would be taken for the engine, to have a container's root mounted where he is. */
@NeedsDockerd
class ImpostorEngineIT {
    private static final int USER = 12345;
    /** A place for the root in a namespace of his own, over the engine's directory, which he may not enter. */
    private static final String WAITING =
            "mount -t tmpfs tmpfs \"$1\" && mkdir -p \"$2\" && touch \"$3\" && exec sleep 100000";

    @TempDir
    Path directory;

    private Path his;

    @BeforeEach
    void makeHisDirectory() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        his = Files.createDirectory(directory.resolve("his"));
        Files.setAttribute(his, "unix:uid", USER);
    }

    private int waits(HandedSocket socket, Dockerd engine, Path merged) throws Exception {
        int pid = socket.handTo(
                "setpriv",
                "--reuid=" + USER,
                "--regid=" + USER,
                "--clear-groups",
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                WAITING,
                "sh",
                engine.dataRoot().toString(),
                merged.toString(),
                his.resolve("waits").toString());
        await().atMost(PretendRoom.PATIENCE).until(() -> Files.exists(his.resolve("waits")));
        return pid;
    }

    /** Whether something is mounted on the place where he waits. */
    private static boolean hasRoot(int pid, Dockerd engine, Path merged) throws IOException {
        Path his = Path.of("/proc/" + pid + "/root");
        Object device = Files.getAttribute(Path.of(his + "" + engine.dataRoot()), "unix:dev");
        return !Files.getAttribute(Path.of(his + "" + merged), "unix:dev").equals(device);
    }

    /** He calls his socket by a name that leads to the engine's file, and is older than the engine. */
    @Test
    void whoNamesHisSocketLikeTheEnginesIsNotTheEngine() throws Exception {
        Path there = Files.createDirectory(his.resolve("x"));
        Files.setAttribute(there, "unix:uid", USER);
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.LIVE_RESTORE);
                HandedSocket socket = HandedSocket.listen(there.resolve("docker.sock"), USER)) {
            String id = engine.docker().run("wanted");
            Path merged = engine.docker().merged(id);
            int impostor = waits(socket, engine, merged);
            socket.letGo();
            Files.move(there, his.resolve("y"));
            Files.createSymbolicLink(there, engine.directory());
            engine.restart();
            assertThat(Listeners.of(engine.socket())).contains(impostor, (int) engine.pid());
            try (PretendRoom room = PretendRoom.of(directory.resolve("journal"), RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                assertThat(room.count(FaultRaised.class)).as(room.story()).isZero();
                LostRoot.byUmount(merged);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(String.valueOf(room.told(FaultRaised.class)
                                .get(0)
                                .evidence()
                                .facts()
                                .get("views")))
                        .contains("pid=" + engine.pid())
                        .doesNotContain("pid=" + impostor);
                assertThat(hasRoot(impostor, engine, merged)).isFalse();
            }
            engine.docker().removeAll();
        }
    }

    /**
     * What is configured as the engine's socket is where he can put his own: it tells of everything as the engine does,
     * because it is the engine's behind a symlink of his.
     */
    @Test
    void whatSomebodyElseCouldPutInItsPlaceIsToldAndLeftAlone() throws Exception {
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN)) {
            String id = engine.docker().run("shown");
            Path merged = engine.docker().merged(id);
            Path link = his.resolve("docker.sock");
            Files.createSymbolicLink(link, engine.socket());
            try (PretendRoom room = new PretendRoom(
                    directory.resolve("journal"),
                    dev.watchdog.healing.Mode.HEAL,
                    RepairStep.UNHEARD,
                    PretendRoom.engine("unix://" + link))) {
                room.awaitState("left-alone", id);
                room.awaitCount(SensorEvent.Blinded.class, 1);
                assertThat(room.told(SensorEvent.Blinded.class).get(0).why())
                        .contains("is not proven to be root's engine")
                        .contains(his + " belongs to user " + USER);
                LostRoot.byUmount(merged);
                assertThat(room.check()).singleElement().isInstanceOf(dev.watchdog.healing.Finding.Unknown.class);
                // the cause ends: the next proof takes it under care, and it is healed
                Files.setAttribute(his, "unix:uid", 0);
                Files.setAttribute(link, "unix:uid", 0, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                room.awaitCount(FaultCleared.class, 1);
                room.awaitState("healthy", id);
                room.awaitCount(SensorEvent.Recovered.class, 1);
                assertThat(room.count(ActionEvent.Succeeded.class)).isEqualTo(1);
            }
            engine.docker().removeAll();
        }
    }
}
