package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.DockerEngine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rehearsal's engine says is read as any engine's answers are: otherwise the archive lacks what reads them. */
class RehearsalEngineTest {
    @TempDir
    Path directory;

    @Test
    void itsAnswersAreAnEngines() throws Exception {
        Path socket = directory.resolve("docker.sock");
        try (RehearsalEngine rehearsal = RehearsalEngine.listen(socket);
                DockerEngine engine = new DockerEngine("unix://" + socket, DockerEngine.Timing.SHIPPED)) {
            assertThat(rehearsal).isNotNull();
            assertThat(engine.info().get().rootless()).isFalse();
            List<ContainerRef> running = engine.running().get();
            assertThat(running).extracting(ContainerRef::name).containsExactly("rehearsal");
            assertThat(engine.inspect(running.get(0).id()).get().running()).isTrue();
        }
    }
}
