package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessClaimsTest {
    @Test
    void tellsOfThisProcess() throws Exception {
        ProcessClaims self = ProcessClaims.of((int) ProcessHandle.current().pid());
        assertThat(self.name()).isNotBlank();
        assertThat(self.parent())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(self.parentName()).isNotBlank();
        assertThat(self.cgroup()).startsWith("/");
        assertThat(self.startTime()).isPositive();
        assertThat(self.mountNamespace()).isEqualTo(Processes.mountNamespace((int)
                ProcessHandle.current().pid()));
        assertThat(self.parentName()).isEqualTo(Processes.name(self.parent()));
    }

    /** A thread has a directory like a process, and a name that it chose. */
    @Test
    void aNameWithParenthesesIsTakenWhole() throws Exception {
        FutureTask<ProcessClaims> task = new FutureTask<>(() -> {
            Path own = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            return ProcessClaims.of(Integer.parseInt(own.getFileName().toString()));
        });
        Thread thread = new Thread(task, "a) R 1 (b) c");
        thread.start();
        ProcessClaims claims = task.get(60, TimeUnit.SECONDS);
        assertThat(claims.name()).isEqualTo("a) R 1 (b) c");
        assertThat(claims.parent())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
    }

    @Test
    void ofNoProcessNothingIsTold() {
        assertThat(ProcessClaims.of(Integer.MAX_VALUE)).isEqualTo(ProcessClaims.NONE);
    }

    @Test
    void takesTheControlGroupThatTellsMost() {
        assertThat(ProcessClaims.cgroup("0::/system.slice/docker.service\n")).isEqualTo("/system.slice/docker.service");
        assertThat(ProcessClaims.cgroup("4:memory:/x\n1:name=systemd:/system.slice/a.service\n0::/\n"))
                .isEqualTo("/system.slice/a.service");
        assertThat(ProcessClaims.cgroup("1:name=systemd:/\n0::/user.slice\n")).isEqualTo("/user.slice");
        assertThat(ProcessClaims.cgroup("0::/\n")).isEqualTo("/");
        assertThat(ProcessClaims.cgroup("")).isNull();
    }

    @Test
    void aNameCannotForgeALineNorBeLong() {
        assertThat(ProcessClaims.cgroup("0::/a\rb" + "x".repeat(1_000)))
                .startsWith("/a\\u000db")
                .hasSize(257);
    }
}
