package dev.watchdog.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.EngineException.Reason;
import dev.watchdog.testing.NeedsDockerd;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The engine's port against the real thing. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class RealDockerEngineIT {
    private static final DockerEngine.Timing QUICK = new DockerEngine.Timing(
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofMillis(50),
            Duration.ofMillis(400),
            Duration.ofMillis(100));

    @Test
    void agreesOnAVersionAndTellsOfItself(Dockerd dockerd) throws Exception {
        try (Engine engine = new DockerEngine(dockerd.address(), DockerEngine.Timing.SHIPPED)) {
            EngineInfo info = Outcome.of(engine.info());

            assertThat(info.api()).isEqualTo("1.41");
            assertThat(info.version()).startsWith("20.10");
            assertThat(info.driver()).isEqualTo("overlay2");
            assertThat(info.dataRoot()).isEqualTo(dockerd.dataRoot().toString());
            assertThat(info.liveRestore()).isFalse();
            assertThat(info.id()).isNotEmpty();
        }
    }

    @Test
    void listsAndInspects(Dockerd dockerd) throws Exception {
        Docker docker = dockerd.docker();
        String id = docker.run("seen", List.of("--read-only"));
        String stopped = docker.run("stopped", "true");
        try (Engine engine = new DockerEngine(dockerd.address(), DockerEngine.Timing.SHIPPED)) {
            await().until(() -> docker.inspect("stopped", ".State.Running").equals("false"));

            assertThat(Outcome.of(engine.running()))
                    .contains(new ContainerRef(id, "seen"))
                    .doesNotContain(new ContainerRef(stopped, "stopped"));
            ContainerRecord seen = Outcome.of(engine.inspect(id));
            assertThat(seen.name()).isEqualTo("seen");
            assertThat(seen.pid()).isEqualTo(docker.pid("seen"));
            assertThat(seen.running()).isTrue();
            assertThat(seen.paused()).isFalse();
            assertThat(seen.readOnly()).isTrue();
            assertThat(seen.startedAt())
                    .isBetween(
                            Instant.parse("2020-01-01T00:00:00Z"), Instant.now().plusSeconds(5));
            assertThat(seen.driver()).isEqualTo("overlay2");
            assertThat(seen.graph())
                    .containsEntry("MergedDir", docker.merged("seen").toString());
            assertThat(seen.graph()).containsEntry("UpperDir", docker.inspect("seen", ".GraphDriver.Data.UpperDir"));
            assertThat(seen.execRoot()).isEqualTo(dockerd.execRoot().toString());

            docker.command("pause", "seen").orFail();
            assertThat(Outcome.of(engine.inspect(id)).paused()).isTrue();
            docker.command("unpause", "seen").orFail();
            ContainerRecord ended = Outcome.of(engine.inspect(stopped));
            assertThat(ended.running()).isFalse();
            assertThat(ended.pid()).isZero();

            docker.remove("stopped").orFail();
            EngineException why = Outcome.failure(engine.inspect(stopped));
            assertThat(why.gone()).isTrue();
            assertThat(why.reason()).isEqualTo(Reason.REFUSED);
        } finally {
            docker.removeAll();
        }
    }

    @Test
    void tellsWhatHappensToContainers(Dockerd dockerd) {
        HeardEvents heard = new HeardEvents();
        Docker docker = dockerd.docker();
        try (Engine engine = new DockerEngine(dockerd.address(), DockerEngine.Timing.SHIPPED)) {
            Runnable end = engine.watch(heard);
            await().until(() -> heard.told().contains("connected false"));

            docker.run("e1");
            docker.exec("e1", "", "echo", "hi").orFail();
            docker.remove("e1").orFail();

            await().untilAsserted(() ->
                    assertThat(heard.told()).containsExactly("connected false", "start e1", "die e1", "destroy e1"));
            assertThat(heard.told()).doesNotHaveDuplicates();
            end.run();
            int until = heard.told().size();
            docker.run("e2");
            docker.remove("e2").orFail();
            assertThat(heard.told()).hasSize(until);
        } finally {
            docker.removeAll();
        }
    }

    @Test
    void isThereFirstAndOutlivesRestartKillAndFreeze() throws Exception {
        HeardEvents heard = new HeardEvents();
        try (Dockerd dockerd = Dockerd.prepare(Dockerd.Options.LIVE_RESTORE);
                Engine engine = new DockerEngine(dockerd.address(), QUICK)) {
            engine.watch(heard);
            await().untilAsserted(() -> assertThat(heard.told()).containsExactly("lost ABSENT"));
            assertThat(Outcome.failure(engine.info()).reason()).isEqualTo(Reason.ABSENT);

            dockerd.start();
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("connected false"));
            dockerd.docker().importImage();
            String id = dockerd.docker().run("c1");
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("start c1"));

            dockerd.restart();
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("connected true"));
            assertThat(heard.told()).filteredOn(told -> told.startsWith("lost")).hasSize(2);
            assertThat(Outcome.of(engine.inspect(id)).running()).isTrue();

            dockerd.kill();
            dockerd.revive();
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("connected true"));
            assertThat(heard.told()).filteredOn(told -> told.startsWith("lost")).hasSize(3);

            dockerd.freeze();
            assertThat(Outcome.failure(engine.inspect(id)).reason()).isEqualTo(Reason.TIMEOUT);
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("lost TIMEOUT"));
            dockerd.thaw();
            await().untilAsserted(() -> assertThat(heard.told()).endsWith("connected true"));
            assertThat(Outcome.of(engine.inspect(id)).name()).isEqualTo("c1");
            assertThat(heard.told()).filteredOn(told -> told.equals("start c1")).hasSize(1);
        }
    }
}
