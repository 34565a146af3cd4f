package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.linux.HandedSocket;
import dev.watchdog.linux.SocketOwner;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose socket somebody else made for it and keeps, as Debian's docker.socket does. */
@NeedsDockerd
class ActivatedEngineIT {
    @TempDir
    Path directory;

    private static int owner(Dockerd engine) throws Exception {
        try (TrustedProcess owner = SocketOwner.of(engine.socket().toString())) {
            return owner == null ? 0 : owner.pid();
        }
    }

    @Test
    void isTheEngineAndNotWhoMadeItsSocket() throws Exception {
        AtomicInteger dockerd = new AtomicInteger();
        try (Dockerd engine = Dockerd.launch(Dockerd.Options.PLAIN);
                HandedSocket socket = engine.activate(dockerd::set)) {
            assertThat(socket).isNotNull();
            assertThat(owner(engine)).isEqualTo(dockerd.get());
            String id = engine.docker().run("activated");
            AfterHealing after = AfterHealing.prepare(engine, id);
            try (PretendRoom room = PretendRoom.of(directory, RepairStep.UNHEARD, engine)) {
                room.awaitState("healthy", id);
                LostRoot.byUmountAndRmdir(after.merged());
                room.awaitCount(FaultCleared.class, 1);
                assertThat(room.count(ActionEvent.Succeeded.class))
                        .as(room.story())
                        .isEqualTo(1);
                assertThat(String.valueOf(room.told(FaultRaised.class)
                                .get(0)
                                .evidence()
                                .facts()
                                .get("views")))
                        .contains("role=engine", "name=dockerd");
                after.allWorks(directory);
            }
            // one that hangs accepts nobody
            Programs.run("busybox", "kill", "-STOP", "" + dockerd.get()).orFail();
            assertThat(owner(engine)).isEqualTo(dockerd.get());
            Programs.run("busybox", "kill", "-CONT", "" + dockerd.get()).orFail();
            engine.docker().removeAll();
            Programs.run("busybox", "kill", "-TERM", "" + dockerd.get()).orFail();
            await().atMost(PretendRoom.PATIENCE).until(() -> owner(engine) != dockerd.get());
        }
    }
}
