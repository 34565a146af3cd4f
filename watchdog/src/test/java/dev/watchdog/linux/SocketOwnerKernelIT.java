package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who serves a socket, and who only says so. */
@NeedsRoot
class SocketOwnerKernelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String[] SLEEP = {"sleep", "100000"};
    private static final String[] USERS_SLEEP = {"setpriv", "--reuid=12345", "--clear-groups", "sleep", "100000"};

    @TempDir
    Path directory;

    private Path path() {
        return directory.resolve("engine.sock");
    }

    private static int hand(HandedSocket socket, String... command) throws Exception {
        int pid = socket.handTo(command);
        await().atMost(PATIENCE).until(() -> Processes.name(pid).equals("sleep"));
        return pid;
    }

    private static int owner(Path path) throws IOException {
        try (TrustedProcess owner = SocketOwner.of(path.toString())) {
            return owner == null ? 0 : owner.pid();
        }
    }

    private static void isUnproven(Path path, String why) {
        assertThatThrownBy(() -> owner(path))
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining(why);
    }

    /** As what was activated by somebody who has let go of the socket, or has ended. */
    @Test
    void whoHoldsTheSocketNowIsWhoServesIt() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int pid = hand(socket, SLEEP);
            socket.letGo();
            assertThat(owner(path())).isEqualTo(pid);
        }
    }

    /** As a service and who activated it, who keeps the socket for the next time. */
    @Test
    void whoMadeTheSocketIsPassedOverForWhoItWasHandedTo() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int pid = hand(socket, SLEEP);
            assertThat(owner(path())).isEqualTo(pid);
        }
    }

    /** As a child that an engine has forked and that has not executed its own program yet. */
    @Test
    void aChildOfTheSameProgramThatHasTheSocketForAMomentIsPassedOver() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int pid = hand(socket, SLEEP);
            long began = ProcessId.of(pid).startTime();
            await().atMost(PATIENCE)
                    .until(() -> ProcessId.of(hand(socket, SLEEP)).startTime() > began);
            socket.letGo();
            assertThat(owner(path())).isEqualTo(pid);
        }
    }

    /** With its queue full nobody is told who called listen(2); who was handed the socket is found all the same. */
    @Test
    void aFullQueueDoesNotBringBackWhoMadeTheSocket() throws Exception {
        try (HandedSocket socket = HandedSocket.narrow(path())) {
            int pid = hand(socket, SLEEP);
            try (Descriptor file = Descriptor.open(Abi.AT_FDCWD, path().toString(), Abi.O_PATH)) {
                await().atMost(PATIENCE).until(() -> isBusy(file));
            }
            assertThat(owner(path())).isEqualTo(pid);
        }
    }

    @Test
    void whereNobodyListensThereIsNobody() throws Exception {
        assertThat(owner(path())).isZero();
        HandedSocket.listen(path()).close();
        assertThat(Files.exists(path())).isTrue();
        assertThat(owner(path())).isZero();
        Files.writeString(directory.resolve("file"), "");
        isUnproven(directory.resolve("file"), "is not a socket");
    }

    /** As {@code /var/run/docker.sock} is behind one on most hosts. */
    @Test
    void aSymlinkOfRootsLeadsToWhoServesItAndAnotherUsersDoesNot() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link.sock"), path());
        assertThat(owner(link)).isZero();
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int pid = hand(socket, SLEEP);
            socket.letGo();
            assertThat(owner(link)).isEqualTo(pid);
            Path relative = Files.createSymbolicLink(directory.resolve("relative.sock"), Path.of("link.sock"));
            assertThat(owner(relative)).isEqualTo(pid);
            Path theirs = Files.createSymbolicLink(directory.resolve("theirs.sock"), path());
            Files.setAttribute(theirs, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
            isUnproven(theirs, theirs + " belongs to user 12345");
            Path loop = Files.createSymbolicLink(directory.resolve("loop.sock"), Path.of("loop.sock"));
            assertThatThrownBy(() -> owner(loop))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("loop.sock");
        }
    }

    @Test
    void whereAnotherUserListensNobodyIsProven() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (HandedSocket socket = HandedSocket.listen(path(), 12345)) {
            int ignored = hand(socket, SLEEP);
            socket.letGo();
            isUnproven(path(), directory + " may be written to by others");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            isUnproven(path(), path() + " belongs to user 12345");
            Files.setAttribute(path(), "unix:uid", 0);
            isUnproven(path(), "user 12345 listens on " + path());
        }
    }

    @Test
    void whoHoldsItMustBeRootsProcess() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int ignored = hand(socket, USERS_SLEEP);
            socket.letGo();
            isUnproven(path(), "holds the socket");
        }
    }

    /**
     * The attack: a user makes a socket of the same name in a directory of his own, and puts a symlink to the engine's
     * directory in its place, so that the text that he called it leads to the engine's own file.
     */
    @Test
    void whatSomebodyCalledHisSocketProvesNothing() throws Exception {
        Path engines = Files.createDirectory(directory.resolve("engine"));
        Path his = Files.createDirectory(directory.resolve("his"));
        Files.setAttribute(his, "unix:uid", 12345);
        Path there = Files.createDirectory(his.resolve("x"));
        Files.setAttribute(there, "unix:uid", 12345);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (HandedSocket impostor = HandedSocket.listen(there.resolve("engine.sock"), 12345);
                HandedSocket engine = HandedSocket.listen(engines.resolve("engine.sock"))) {
            int first = hand(impostor, USERS_SLEEP);
            impostor.letGo();
            Files.move(there, his.resolve("y"));
            Files.createSymbolicLink(there, engines);
            int pid = hand(engine, SLEEP);
            engine.letGo();
            // what was believed before this was asked: that he sees this very file where he called his socket so
            assertThat(Listeners.of(engines.resolve("engine.sock"))).contains(first);
            assertThat(owner(engines.resolve("engine.sock"))).isEqualTo(pid);
        }
    }

    @Test
    void socketsOfOneNameInTwoDirectoriesAreToldApart() throws Exception {
        List<HandedSocket> sockets = new ArrayList<>();
        try {
            for (String name : List.of("one", "two")) {
                Path path = Files.createDirectory(directory.resolve(name)).resolve("engine.sock");
                HandedSocket socket = HandedSocket.listen(path);
                sockets.add(socket);
                int pid = hand(socket, SLEEP);
                socket.letGo();
                assertThat(owner(path)).isEqualTo(pid);
            }
            assertThat(owner(directory.resolve("one/engine.sock")))
                    .isNotEqualTo(owner(directory.resolve("two/engine.sock")));
        } finally {
            sockets.forEach(HandedSocket::close);
        }
    }

    /** Another socket is bound where an earlier one was, whose owner still holds that. */
    @Test
    void anEarlierOwnerOfThePlaceIsNotTheOwner() throws Exception {
        try (HandedSocket earlier = HandedSocket.listen(path())) {
            int first = hand(earlier, SLEEP);
            earlier.letGo();
            Files.delete(path());
            try (HandedSocket later = HandedSocket.listen(path())) {
                int second = hand(later, SLEEP);
                later.letGo();
                assertThat(owner(path())).isEqualTo(second).isNotEqualTo(first);
            }
        }
    }

    /** Whoever may connect can fill its queue: that neither hangs nor hides who it is. */
    @Test
    void aFullQueueNeitherHangsNorHides() throws Exception {
        try (HandedSocket socket = HandedSocket.narrow(path())) {
            int pid = hand(socket, SLEEP);
            socket.letGo();
            try (Descriptor file = Descriptor.open(Abi.AT_FDCWD, path().toString(), Abi.O_PATH)) {
                // who hangs up is still in the queue
                await().atMost(PATIENCE).until(() -> isBusy(file));
            }
            assertTimeoutPreemptively(PATIENCE, () -> assertThat(owner(path())).isEqualTo(pid));
        }
    }

    private static boolean isBusy(Descriptor file) throws IOException {
        UnixPeer peer = UnixPeer.of(file);
        return peer != null && peer.isBusy();
    }

    /** As an agent in a pod of its own: the kernel tells of the sockets of one network namespace at a time. */
    @Test
    void fromAnotherNetworkNamespaceItIsFoundAsWell() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path());
                PrivateThread pod = new PrivateThread("pod")) {
            int pid = hand(socket, SLEEP);
            int found = pod.call(() -> {
                Libc.check(Libc.unshare(Abi.CLONE_NEWNET), "unshare", "CLONE_NEWNET");
                assertThat(UnixDiag.listening(FileStatus.of(path().toString()), 0))
                        .isEmpty();
                return owner(path());
            });
            assertThat(found).isEqualTo(pid);
        }
    }

    @Test
    void nothingIsKeptOpen() throws Exception {
        try (HandedSocket socket = HandedSocket.listen(path())) {
            int ignored = hand(socket, SLEEP);
            Root.keepsNothing(() -> assertThat(owner(path())).isPositive());
        }
    }
}
