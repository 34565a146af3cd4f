package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks after a container is not root's, or not any more: nothing is entered by way of it. */
@NeedsRoot
class UntrustedViewerKernelIT {
    private static final ContainersSettings OFTEN =
            new ContainersSettings(Enabled.TRUE, Duration.ofMillis(300), Duration.ofSeconds(10));

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Process each : started) {
            each.destroyForcibly().waitFor();
        }
    }

    private static RunningContainer lookedAfterBy(PretendContainer container, int shim) {
        RunningContainer real = new PretendSource(container).container();
        return new RunningContainer(
                real.id(), "", "test", real.pid(), real.rootfs(), real.layer(), shim, ProcessId.NONE, null);
    }

    /** In the runner's namespace: root's, until a line is written to the gate. */
    private Process shim(PretendContainer container, Path gate) throws Exception {
        Process shim = new ProcessBuilder(
                        "nsenter",
                        "--mount",
                        "--target",
                        "" + container.runner(),
                        "sh",
                        "-c",
                        "read go; exec setpriv --reuid=12345 --clear-groups sleep 100000")
                .redirectInput(gate.toFile())
                .start();
        started.add(shim);
        return shim;
    }

    private static boolean named(Process process, String name) throws IOException {
        return Processes.name((int) process.pid()).equals(name);
    }

    private static long mounted(PretendContainer container) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + container.runner() + "/mountinfo")).stream()
                .filter(line -> line.contains(" " + container.rootfs() + " "))
                .count();
    }

    @Test
    void whatIsAnothersByNowIsNotEnteredForARepair() throws Exception {
        Path gate = directory.resolve("gate");
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            Process shim = started(container, gate);
            try (PretendRoom room = new PretendRoom(
                    directory.resolve("journal"),
                    Mode.HEAL,
                    RepairStep.UNHEARD,
                    (context, threads) -> List.of(new OneContainer(lookedAfterBy(container, (int) shim.pid()))))) {
                String id = new PretendSource(container).container().id();
                room.awaitState("healthy", id);
                Files.writeString(gate, "go\n");
                await().atMost(PretendRoom.PATIENCE).until(() -> named(shim, "sleep"));
                container.loseMount(false);
                room.awaitCount(FaultRaised.class, 1);
                await().atMost(PretendRoom.PATIENCE)
                        .until(() ->
                                room.typesOf(id).stream().anyMatch(type -> type.matches("action.(undone|failed)")));
                assertThat(room.story()).contains("is not proven to be root's: it runs as user 12345");
                assertThat(mounted(container)).isZero();
                assertThat(room.count(ActionEvent.Succeeded.class)).isZero();
            }
        }
    }

    private Process started(PretendContainer container, Path gate) throws Exception {
        Programs.run("mkfifo", gate.toString()).orFail();
        // holds both ends open, so that who opens one does not wait
        Process writer =
                new ProcessBuilder("sh", "-c", "exec 3<>\"$1\"; exec sleep 100000", "sh", gate.toString()).start();
        started.add(writer);
        Process shim = shim(container, gate);
        await().atMost(PretendRoom.PATIENCE).until(() -> named(shim, "sh"));
        return shim;
    }

    @Test
    void whatWasNeverRootsIsToldAndEndsWithItsCause() throws Exception {
        Process user = new ProcessBuilder("setpriv", "--reuid=12345", "--clear-groups", "sleep", "100000").start();
        started.add(user);
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            await().atMost(PretendRoom.PATIENCE).until(() -> named(user, "sleep"));
            RunningContainer unproven = lookedAfterBy(container, (int) user.pid());
            Changing source = new Changing(unproven);
            try (PretendRoom room = new PretendRoom(
                    directory.resolve("journal"),
                    Mode.HEAL,
                    RepairStep.UNHEARD,
                    (context, threads) -> List.of(source),
                    OFTEN)) {
                room.awaitCount(FaultRaised.class, 1);
                FaultRaised raised = room.told(FaultRaised.class).get(0);
                assertThat(raised.kind()).isEqualTo("container.left-alone");
                assertThat(raised.evidence().summary())
                        .contains("what looks after it is left alone")
                        .contains("runs as user 12345");
                assertThat(room.inState("unknown")).contains(unproven.id());
                source.tell(lookedAfterBy(container, container.runner()));
                room.awaitCount(FaultCleared.class, 1);
                room.awaitState("healthy", unproven.id());
                assertThat(room.ask("probe", Map.of("subject", Watched.KIND + "/" + unproven.id()), "test")
                                .succeeded())
                        .isTrue();
                assertThat(room.count(FaultRaised.class)).isEqualTo(1);
            }
        }
    }

    /** An inventory of one, as it is told now. */
    private static final class Changing implements ContainerSource {
        private RunningContainer container;
        private Listener listener = new OnlyTold();

        Changing(RunningContainer container) {
            this.container = container;
        }

        void tell(RunningContainer now) {
            container = now;
            listener.all(name(), List.of(now));
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public void follow(Listener told) {
            listener = told;
            told.all(name(), List.of(container));
        }

        @Override
        public java.util.concurrent.CompletableFuture<List<RunningContainer>> list() {
            return java.util.concurrent.CompletableFuture.completedFuture(List.of(container));
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /** Nobody listens yet. */
    private static final class OnlyTold implements ContainerSource.Listener {
        @Override
        public void all(String source, List<RunningContainer> containers) {
            throw new AssertionError("nobody listens yet");
        }

        @Override
        public void one(RunningContainer container) {
            throw new AssertionError("nobody listens yet");
        }

        @Override
        public void gone(String id) {
            throw new AssertionError("nobody listens yet");
        }

        @Override
        public void blind(String source, String why, boolean absent) {
            throw new AssertionError("nobody listens yet");
        }

        @Override
        public void claimed(String source, List<RunningContainer> containers) {
            throw new AssertionError("nobody listens yet");
        }
    }

    /** A crash left its plan, and the number in it is a user's process by now, who has put just such a mount there. */
    @Test
    void aNumberInThePlanOfACrashedRepairIsNotEnteredWhenItIsAnothers() throws Exception {
        Path there = Files.createDirectory(directory.resolve("there"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process user = new ProcessBuilder(
                        "setpriv",
                        "--reuid=12345",
                        "--regid=12345",
                        "--clear-groups",
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs \"$1\" && exec sleep 100000",
                        "sh",
                        there.toString())
                .start();
        started.add(user);
        await().atMost(PretendRoom.PATIENCE).until(() -> named(user, "sleep"));
        int pid = (int) user.pid();
        FileStatus his = his(pid, there);
        assertThat(his.mountRoot()).isTrue();
        Plan plan = new Plan(
                there.toString(),
                there.toString(),
                his.major(),
                his.minor(),
                his.inode(),
                Integer.MAX_VALUE / 4,
                List.of(new Plan.Place("shim", pid, Processes.mountNamespace(pid))));
        try (MountNamespaces threads = new MountNamespaces(1, 4);
                Views views = new Views()) {
            assertThat(threads.visit(PretendRoom.PATIENCE, visit -> new Leftovers(views).tidy(visit, plan))
                            .join())
                    .isZero();
        }
        assertThat(his(pid, there)).isEqualTo(his);
    }

    private static FileStatus his(int pid, Path path) throws IOException {
        try (Pidfd process = Pidfd.open(pid);
                RootView files = RootView.of(process)) {
            return Objects.requireNonNull(files.look(path.toString()));
        }
    }

    @Test
    void aViewIsMadeOfRootsProcessAndEnteredAsSuch() throws Exception {
        Process root = new ProcessBuilder("sleep", "100000").start();
        started.add(root);
        try (Views views = new Views()) {
            View view = views.of(TrustedProcess.prove((int) root.pid()));
            assertThat(view.entrance().pid()).isEqualTo((int) root.pid());
            View moved =
                    new View(view.namespace() + 1, view.root(), TrustedProcess.prove((int) root.pid()), view.files());
            assertThatThrownBy(moved::entrance).hasMessageContaining("lives in another mount namespace");
            moved.process().close();
            root.destroyForcibly().waitFor();
            assertThatThrownBy(view::entrance).hasMessageContaining("has exited");
        }
    }
}
