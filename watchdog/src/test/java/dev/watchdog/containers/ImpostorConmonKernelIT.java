package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.Processes;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that call themselves conmon and name a container that somebody else cares for, or one that nobody does. */
@NeedsRoot
class ImpostorConmonKernelIT {
    private static final String OTHER = "5c".repeat(32);
    private static final Duration EVERY = Duration.ofMillis(200);

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private Path conmon;
    private Path bundle;

    @BeforeEach
    void write() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        conmon = directory.resolve("conmon");
        Files.writeString(conmon, "#!/bin/sh\nsleep 100000 &\nwait\n");
        Files.setPosixFilePermissions(conmon, PosixFilePermissions.fromString("rwxr-xr-x"));
        bundle = Files.createDirectory(directory.resolve("bundle"));
        Files.writeString(bundle.resolve("config.json"), "{}");
    }

    @AfterEach
    void end() throws Exception {
        for (Process each : started) {
            List<ProcessHandle> children = each.descendants().toList();
            each.destroyForcibly().waitFor();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private Process start(String id, String... as) throws Exception {
        List<String> command = new ArrayList<>(List.of(as));
        command.addAll(List.of(conmon.toString(), "-c", id, "-n", "pwned", "-b", bundle.toString()));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        await().atMost(PretendRoom.PATIENCE)
                .until(() -> process.descendants().anyMatch(child -> named(child.pid(), "sleep")));
        return process;
    }

    private static boolean named(long pid, String name) {
        try {
            return Processes.name((int) pid).equals(name);
        } catch (IOException e) {
            return false;
        }
    }

    private static String[] user(int uid) {
        return new String[] {"setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"};
    }

    private PretendRoom room(PretendContainer container) throws Exception {
        return new PretendRoom(
                directory.resolve("journal"),
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new PretendSource(container), new PodmanSource(threads, EVERY)));
    }

    private static void awaitLine(PretendRoom room, String id) {
        await(id)
                .atMost(PretendRoom.PATIENCE)
                .until(() -> room.room.inventory().stream()
                        .anyMatch(line -> line.subject().id().equals(id)));
    }

    /** The attack: it is watched and healed all the same, and what was claimed is shown under the user's own name. */
    @Test
    void nobodysWordTakesAContainerOutOfCare() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container)) {
            String id = new PretendSource(container).container().id();
            room.awaitState("healthy", id);
            Process impostor = start(id, user(12345));
            awaitLine(room, "uid-12345:" + id);
            container.loseMount(true);
            room.awaitCount(FaultCleared.class, 1);
            assertThat(room.inState("healthy")).contains(id);
            assertThat(room.room.subjects().get(Watched.KIND)).isEqualTo(1);
            List<ProcessHandle> children = impostor.descendants().toList();
            impostor.destroyForcibly().waitFor();
            children.forEach(ProcessHandle::destroyForcibly);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> room.room.inventory().stream()
                            .map(WatchedSubject::subject)
                            .noneMatch(subject -> subject.id().startsWith("uid-")));
        }
    }

    /** Not even root's does, while the container lives that another source cares for. */
    @Test
    void rootsOwnConmonTakesNoneOutOfCareThatAnotherSourceHas() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            String id = new PretendSource(container).container().id();
            Process ignored = start(id);
            Process other = start(OTHER);
            try (PretendRoom room = room(container)) {
                room.awaitState("left-alone", OTHER);
                room.awaitState("healthy", id);
                container.loseMount(true);
                room.awaitCount(FaultCleared.class, 1);
                assertThat(room.inState("healthy")).contains(id);
            }
            assertThat(other.isAlive()).isTrue();
        }
    }

    private List<String> proven() throws Exception {
        try (dev.watchdog.linux.MountNamespaces threads = new dev.watchdog.linux.MountNamespaces(1, 4);
                PodmanSource source = new PodmanSource(threads, EVERY)) {
            return source.list().join().stream().map(RunningContainer::id).toList();
        }
    }

    @Test
    void rootsIsProven() throws Exception {
        Process ignored = start(OTHER);
        assertThat(proven()).contains(OTHER);
    }

    @Test
    void eachSinglePieceIsMissed() throws Exception {
        Process user = start("a1".repeat(32), user(12345));
        Process namespace = start("a2".repeat(32), "unshare", "--user", "--map-root-user");
        Process contained = start("a3".repeat(32), "unshare", "--pid", "--fork", "--kill-child");
        Process unable = start("a4".repeat(32), "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");
        assertThat(List.of(user, namespace, contained, unable)).allMatch(Process::isAlive);
        assertThat(proven()).doesNotContain("a1".repeat(32), "a2".repeat(32), "a3".repeat(32), "a4".repeat(32));
    }

    @Test
    void withoutABundleOfRootsItIsNot() throws Exception {
        Process ignored = start(OTHER);
        Files.setAttribute(bundle, "unix:uid", 12345);
        assertThat(proven()).doesNotContain(OTHER);
        Files.setAttribute(bundle, "unix:uid", 0);
        assertThat(proven()).contains(OTHER);
        Files.delete(bundle.resolve("config.json"));
        assertThat(proven()).doesNotContain(OTHER);
    }

    @Test
    void whatOneUserClaimsIsBounded() throws Exception {
        Files.writeString(conmon, "#!/bin/sh\nsleep 100000 &\nsleep 100000\n");
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                PretendRoom room = room(container)) {
            String several = "for i in $(seq " + (PodmanSource.MOST_OF_A_USER + 20) + "); do \"$@\" & done; wait";
            Process many = new ProcessBuilder(
                            "setpriv",
                            "--reuid=12345",
                            "--clear-groups",
                            "sh",
                            "-c",
                            several,
                            "sh",
                            conmon.toString(),
                            "-c",
                            OTHER)
                    .start();
            started.add(many);
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> many.descendants()
                                    .filter(child -> named(child.pid(), "sleep"))
                                    .count()
                            >= 2L * (PodmanSource.MOST_OF_A_USER + 20));
            try (dev.watchdog.linux.MountNamespaces threads = new dev.watchdog.linux.MountNamespaces(1, 4);
                    PodmanSource source = new PodmanSource(threads, EVERY)) {
                List<RunningContainer> claimed = new java.util.concurrent.CopyOnWriteArrayList<>();
                source.follow(new Heard(claimed));
                await().atMost(PretendRoom.PATIENCE).until(() -> !claimed.isEmpty());
                assertThat(claimed).hasSize(PodmanSource.MOST_OF_A_USER);
            }
            assertThat(room.count(FaultRaised.class)).isZero();
        }
    }

    /** The first claims that are told. */
    private record Heard(List<RunningContainer> claims) implements ContainerSource.Listener {
        @Override
        public void all(String source, List<RunningContainer> containers) {
            // none of these is asked for
        }

        @Override
        public void one(RunningContainer container) {
            // nor this
        }

        @Override
        public void gone(String id) {
            // nor that
        }

        @Override
        public void blind(String source, String why, boolean absent) {
            throw new AssertionError(why);
        }

        @Override
        public void claimed(String source, List<RunningContainer> containers) {
            if (claims.isEmpty()) {
                claims.addAll(containers);
            }
        }
    }
}
