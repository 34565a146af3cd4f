package dev.watchdog.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsDockerd;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The fixture itself: what other tests lean on. */
@NeedsDockerd
@ExtendWith(SharedDockerd.class)
class DockerdEngineIT {
    @Test
    void theSharedOneRunsContainers(Dockerd engine, @TempDir Path scratch) throws IOException {
        Docker docker = engine.docker();
        String id = docker.run("c1");
        Path note = Files.writeString(scratch.resolve("note"), "hello");

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(docker.exec("c1", "apps", "id", "-u").orFail().text()).isEqualTo("1000");
        assertThat(docker.exec("c1", "", "false").exit()).isEqualTo(1);
        docker.copyIn(note, "c1", "/data/note").orFail();
        assertThat(docker.exec("c1", "", "cat", "/data/note").text()).isEqualTo("hello");
        docker.copyOut("c1", "/data/note", scratch.resolve("back")).orFail();
        assertThat(scratch.resolve("back")).hasContent("hello");
        docker.restart("c1").orFail();
        assertThat(docker.merged("c1")).isDirectory();
        docker.remove("c1").orFail();
    }

    @Test
    void anEngineOfItsOwnInSlaveNamespacesShowsTheFaultAndLeavesNothing() {
        Dockerd engine = Dockerd.launch(Dockerd.Options.SLAVES);
        try (engine) {
            Docker docker = engine.docker();
            docker.run("c1");
            assertThat(docker.exec("c1", "", "echo", "hi").text()).isEqualTo("hi");

            engine.restart();

            assertThat(namespace(docker.shimPid("c1"))).isNotEqualTo(namespace(engine.pid()));
            assertThat(namespace(engine.containerdPid())).isEqualTo(namespace(engine.pid()));
            assertThat(docker.exec("c1", "", "echo", "hi").out()
                            + docker.exec("c1", "", "echo", "hi").err())
                    .contains("fork/exec /proc/self/exe: no such file or directory");
            assertThat(docker.command("ps").text()).contains("Up ");
            assertThat(engine.leftovers()).isNotEmpty();
        }
        assertThat(engine.leftovers()).isEmpty();
    }

    private static String namespace(long pid) {
        return Programs.run("readlink", "/proc/" + pid + "/ns/mnt").orFail().text();
    }
}
