package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A container whose parent lives in a user namespace of its own, as a rootless engine's shims do, and one of the host's. */
@NeedsRoot
class RootlessKernelIT {
    private static RunningContainer container(int pid) {
        return new RunningContainer(
                "5a".repeat(32), "", "test", pid, "/r/merged", new Layer.Overlay("/r/diff"), 0, ProcessId.NONE, null);
    }

    /** Whether the child of a parent that was started so is taken for a rootless one. */
    private static boolean isRootless(String... place) throws Exception {
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig=KILL"));
        command.addAll(List.of(place));
        // the shell stays the parent: it has something to do afterwards
        command.addAll(List.of("sh", "-c", "sleep infinity; :"));
        Process parent = new ProcessBuilder(command).start();
        try {
            await().atMost(PretendRoom.PATIENCE).until(() -> sleeper(parent.pid()) > 0);
            return Adopter.isRootless(container(sleeper(parent.pid())));
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
            assertThat(parent.waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int sleeper(long shell) throws IOException {
        for (int child : Processes.children((int) shell)) {
            if (Processes.name(child).equals("sleep")) {
                return child;
            }
        }
        return 0;
    }

    @Test
    void whoseParentIsInAnotherUserNamespaceIsRootless() throws Exception {
        assertThat(isRootless("unshare", "--user", "--map-root-user")).isTrue();
    }

    @Test
    void inTheAgentsOwnNoneIsHoweverManyOtherNamespacesThereAre() throws Exception {
        assertThat(isRootless()).isFalse();
        assertThat(isRootless("unshare", "--mount", "--uts", "--ipc")).isFalse();
    }

    /** As with userns-remap: only the container is in it, who looks after it is not. */
    @Test
    void aContainerInAUserNamespaceUnderAParentOutsideIsNot() throws Exception {
        Process child =
                new ProcessBuilder("setpriv", "--pdeathsig=KILL", "unshare", "--user", "sleep", "infinity").start();
        try {
            int pid = (int) child.pid();
            await().atMost(PretendRoom.PATIENCE).until(() -> Processes.name(pid).equals("sleep"));
            int own = (int) ProcessHandle.current().pid();
            assertThat(Processes.userNamespace(pid)).isNotEqualTo(Processes.userNamespace(own));
            assertThat(Adopter.isRootless(container(pid))).isFalse();
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatHasEndedIsNot() {
        assertThat(Adopter.isRootless(container(0))).isFalse();
        assertThat(Adopter.isRootless(container(Integer.MAX_VALUE / 4))).isFalse();
    }
}
