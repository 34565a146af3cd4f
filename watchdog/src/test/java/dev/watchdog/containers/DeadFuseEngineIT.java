package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fuse-overlayfs has died under a container: the mount is there, and nothing behind it. */
@NeedsDockerd
class DeadFuseEngineIT {
    @TempDir
    Path directory;

    private PretendRoom room(Dockerd engine, String journal) throws Exception {
        return new PretendRoom(
                directory.resolve(journal),
                Mode.HEAL,
                RepairStep.UNHEARD,
                PretendRoom.engine(engine.address()),
                new ContainersSettings(Enabled.AUTO, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @Test
    void isToldByNameWithWhatHelpsAndIsOverAfterARestart() throws Exception {
        try (Dockerd engine =
                Dockerd.launch(new Dockerd.Options(false, false, false, List.of("--storage-driver=fuse-overlayfs")))) {
            Docker docker = engine.docker();
            String dead = docker.run("dead");
            String beside = docker.run("beside");
            try (PretendRoom room = room(engine, "first")) {
                room.awaitState("healthy", dead, beside);
                end(docker.merged(dead));
                room.awaitCount(FaultRaised.class, 1);
                told(room, dead);
                LostRoot.byUmount(docker.merged(beside));
                room.awaitCount(FaultCleared.class, 1);
            }
            try (PretendRoom room = room(engine, "second")) {
                room.awaitCount(FaultRaised.class, 1);
                told(room, dead);
                assertThat(docker.restart(dead).err()).contains("transport endpoint is not connected");
                docker.command("stop", "--time", "0", dead).orFail();
                docker.command("start", dead).orFail();
                room.awaitState("healthy", dead, beside);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(docker.exec(dead, "apps", "id", "-un").orFail().text())
                        .isEqualTo("apps");
            }
        }
    }

    private static void told(PretendRoom room, String id) {
        FaultRaised raised = room.told(FaultRaised.class).get(0);
        assertThat(raised.evidence().summary()).contains("fuse-overlayfs has ended", "transport endpoint");
        assertThat(String.valueOf(raised.evidence().facts().get("notMended"))).contains("stop and start");
        assertThat(LossExplanation.of(raised.evidence()).cause()).isEqualTo(Cause.FUSE_ENDED.id());
        assertThat(room.openFaults(id)).containsExactly(RootFindings.LOST.name());
        assertThat(room.inState("faulty")).containsExactly(id);
    }

    private static void end(Path merged) {
        Programs.run(
                        "sh",
                        "-c",
                        "for each in /proc/[0-9]*; do case $(tr '\\0' ' ' <$each/cmdline 2>/dev/null) in"
                                + " fuse-overlayfs*\"$1 \") kill -9 ${each#/proc/};; esac; done",
                        "sh",
                        merged.toString())
                .orFail();
    }
}
