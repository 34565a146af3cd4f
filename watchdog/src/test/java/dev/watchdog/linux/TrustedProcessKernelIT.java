package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are root's, and such as are all of it but for one piece. */
@NeedsRoot
class TrustedProcessKernelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Process each : started) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly().waitFor();
        }
    }

    /** A process that has become what the words make of it. */
    private int start(String name, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("100000"));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        await().atMost(PATIENCE).until(() -> find(process, name) > 0);
        return find(process, name);
    }

    private static int find(Process process, String name) throws IOException {
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        all.addAll(process.descendants().toList());
        for (ProcessHandle each : all) {
            if (Files.readString(Path.of("/proc/" + each.pid() + "/comm"))
                    .strip()
                    .equals(name)) {
                return (int) each.pid();
            }
        }
        return 0;
    }

    private void isRefused(int pid, String why) {
        assertThatThrownBy(() -> TrustedProcess.prove(pid).close())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("process " + pid)
                .hasMessageContaining(why);
    }

    private Path program(int owner, String mode) throws Exception {
        Path program = directory.resolve("program");
        Files.copy(Path.of("/bin/sleep"), program);
        Files.setAttribute(program, "unix:uid", owner);
        Files.setPosixFilePermissions(program, java.nio.file.attribute.PosixFilePermissions.fromString(mode));
        return program;
    }

    @Test
    void rootsIsProven() throws Exception {
        int pid = start("sleep", "sleep");
        try (TrustedProcess trusted = TrustedProcess.prove(pid)) {
            assertThat(trusted.id()).isEqualTo(ProcessId.of(pid));
            assertThat(trusted.confirm().pid()).isEqualTo(pid);
            try (TrustedProcess again = trusted.again()) {
                assertThat(again.id()).isEqualTo(trusted.id());
            }
            assertThat(trusted.exited()).isFalse();
        }
    }

    /** As an engine that was upgraded under its feet. */
    @Test
    void itsProgramMayHaveBeenDeletedSince() throws Exception {
        Path program = program(0, "rwxr-xr-x");
        int pid = start("program", program.toString());
        Files.delete(program);
        TrustedProcess.prove(pid).close();
    }

    @Test
    void anotherUsersIsNot() throws Exception {
        isRefused(start("sleep", "setpriv", "--reuid=12345", "--clear-groups", "sleep"), "user 12345");
    }

    /** Real and saved user are root's, what it may do is another's. */
    @Test
    void anotherEffectiveUserIsEnough() throws Exception {
        isRefused(start("sleep", "setpriv", "--euid=12345", "--clear-groups", "sleep"), "user 12345");
    }

    @Test
    void rootOfAUserNamespaceIsNot() throws Exception {
        isRefused(
                start("sleep", "unshare", "--user", "--map-root-user", "--mount", "sleep"),
                "lives in another user namespace");
    }

    @Test
    void inAContainersPidNamespaceItIsNot() throws Exception {
        isRefused(
                start("sleep", "unshare", "--pid", "--fork", "--kill-child", "sleep"),
                "lives in another pid namespace");
    }

    /** Root of the host that went into the mount namespace of somebody who is root of nothing. */
    @Test
    void inAMountNamespaceOfAnotherUserNamespaceItIsNot() throws Exception {
        int user = start("sleep", "unshare", "--user", "--map-root-user", "--mount", "sleep");
        isRefused(
                start("sleep", "nsenter", "--mount", "--target", "" + user, "sleep"),
                "its mount namespace belongs to another user namespace");
    }

    @Test
    void withoutItsCapabilityItIsNot() throws Exception {
        isRefused(
                start("sleep", "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "sleep"),
                "CAP_SYS_ADMIN");
    }

    @Test
    void whoseProgramIsAnothersIsNot() throws Exception {
        isRefused(start("program", program(12345, "rwxr-xr-x").toString()), "its executable belongs to user 12345");
    }

    @Test
    void whoseProgramOthersMayWriteIsNot() throws Exception {
        isRefused(start("program", program(0, "rwxrwxr-x").toString()), "its executable may be written to by others");
    }

    @Test
    void aNumberThatIsAnothersByNowIsNotTakenForIt() throws Exception {
        int pid = start("sleep", "sleep");
        ProcessId earlier = new ProcessId(pid, ProcessId.of(pid).startTime() - 1);
        assertThat(earlier.lives()).isFalse();
        assertThatThrownBy(() -> TrustedProcess.prove(earlier).close()).hasMessageContaining("has exited");
    }

    @Test
    void whatHasEndedIsNotConfirmed() throws Exception {
        int pid = start("sleep", "sleep");
        try (TrustedProcess trusted = TrustedProcess.prove(pid)) {
            started.get(0).destroyForcibly().waitFor();
            assertThatThrownBy(trusted::confirm)
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("has exited");
            assertThatThrownBy(() -> trusted.again().close()).hasMessageContaining("has exited");
            assertThat(trusted.exited()).isTrue();
        }
    }

    /** Proven once, another's since: what is confirmed is what it is now. */
    @Test
    void whatWasProvenIsProvenAnew() throws Exception {
        Path gate = directory.resolve("gate");
        dev.watchdog.testing.Programs.run("mkfifo", gate.toString()).orFail();
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read go < \"$1\"; exec setpriv --reuid=12345 --clear-groups sleep 100000",
                        "sh",
                        "" + gate)
                .start();
        started.add(shell);
        int pid = (int) shell.pid();
        try (TrustedProcess trusted = TrustedProcess.prove(pid)) {
            Files.writeString(gate, "go\n");
            await().atMost(PATIENCE).until(() -> find(shell, "sleep") > 0);
            assertThatThrownBy(trusted::confirm)
                    .isInstanceOf(UntrustedException.class)
                    .hasMessageContaining("user 12345");
        }
    }

    @Test
    void nothingIsKeptOpen() throws Exception {
        int root = start("sleep", "sleep");
        int user = start("sleep", "setpriv", "--reuid=12345", "--clear-groups", "sleep");
        Set<String> before = Root.namespacesHeld();
        Root.keepsNothing(() -> {
            TrustedProcess.prove(root).close();
            isRefused(user, "user 12345");
        });
        assertThat(Root.namespacesHeld()).isEqualTo(before);
    }
}
