package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.OwnedPath.Flaw;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedPathTest {
    @TempDir
    Path temporary;

    private Path own;

    @BeforeEach
    void oneThatIsOurs() throws IOException {
        own = Files.createDirectory(temporary.toRealPath().resolve("own"));
    }

    @Test
    void whatOnlyWeCanChangeIsTrusted() throws IOException {
        Path file = Files.writeString(own.resolve("file"), "x");
        chmod(file, "rw-r--r--");
        assertThat(OwnedPath.flaw(file)).isEmpty();
        assertThat(OwnedPath.flaw(own)).isEmpty();
        assertThat(OwnedPath.flaw(Path.of("/proc/self/status"))).isEmpty();
        assertThat(OwnedPath.flaw(own.resolve("not/there"))).isEmpty();
    }

    @Test
    void aFileThatOthersCanWriteIsNot() throws IOException {
        Path file = Files.writeString(own.resolve("file"), "x");
        for (String mode : new String[] {"rw-rw----", "rw----rw-"}) {
            chmod(file, mode);
            assertThat(step(OwnedPath.flaw(file))).isEqualTo(file);
        }
        assertThatThrownBy(() -> OwnedPath.require(file))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessage(file + " can be written by others (mode 0606): chmod go-w it");
    }

    @Test
    void everyDirectoryOnTheWayCounts() throws IOException {
        Path deep = Files.createDirectories(own.resolve("a/b/c"));
        for (Path step : new Path[] {own, own.resolve("a"), own.resolve("a/b"), deep}) {
            for (String mode : new String[] {"rwxrwx---", "rwx---rwx"}) {
                chmod(step, mode);
                assertThat(step(OwnedPath.flaw(deep))).isEqualTo(step);
                assertThat(step(OwnedPath.flaw(deep.resolve("not/there")))).isEqualTo(step);
            }
            chmod(step, "rwx------");
        }
        assertThat(OwnedPath.flaw(deep)).isEmpty();
    }

    @Test
    void aForeignOwnerOfAnyStepCounts() throws IOException {
        Path file = Files.writeString(own.resolve("file"), "x");
        Optional<Flaw> flaw = OwnedPath.flaw(file, true, Set.of(4711));
        assertThat(flaw).isPresent();
        assertThat(flaw.orElseThrow().message()).startsWith("/ belongs to user 0: chown root it");
    }

    @Test
    void theStickyBitExcusesOnlyADirectoryOfOurs() throws IOException {
        Path shared = Files.createDirectory(own.resolve("shared"));
        sticky(shared);
        Path inside = Files.createDirectory(shared.resolve("inside"));
        Path file = Files.writeString(inside.resolve("file"), "x");
        assertThat(OwnedPath.flaw(file)).isEmpty();
        assertThat(step(OwnedPath.flaw(shared))).isEqualTo(shared);
        assertThat(step(OwnedPath.flaw(Path.of(inside + "/..")))).isEqualTo(shared);
        assertThat(step(OwnedPath.flaw(Path.of(shared + "/.")))).isEqualTo(shared);

        Path loose = Files.writeString(shared.resolve("loose"), "x");
        assertThat(step(OwnedPath.flaw(loose))).isEqualTo(loose);
        Path link = Files.createSymbolicLink(shared.resolve("link"), inside);
        assertThat(step(OwnedPath.flaw(link.resolve("file")))).isEqualTo(link);
    }

    @Test
    void symlinksAreFollowedAndWhatTheyLeadToCounts() throws IOException {
        Path there = Files.createDirectories(own.resolve("there/deep"));
        Path file = Files.writeString(there.resolve("file"), "x");
        Path absolute = Files.createSymbolicLink(own.resolve("absolute"), there);
        Path relative = Files.createSymbolicLink(own.resolve("relative"), Path.of("there/../absolute/."));
        Path chain = Files.createSymbolicLink(own.resolve("chain"), relative.resolve("file"));
        assertThat(OwnedPath.flaw(absolute.resolve("file"))).isEmpty();
        assertThat(OwnedPath.flaw(relative.resolve("file"))).isEmpty();
        assertThat(OwnedPath.flaw(chain)).isEmpty();
        chmod(there, "rwxrwxrwx");
        assertThat(step(OwnedPath.flaw(absolute.resolve("file")))).isEqualTo(there);
        assertThat(step(OwnedPath.flaw(chain))).isEqualTo(there);
        chmod(there, "rwx------");
        chmod(file, "rw-rw-rw-");
        assertThat(step(OwnedPath.flaw(chain))).isEqualTo(file);

        Path nowhere = Files.createSymbolicLink(own.resolve("nowhere"), Path.of("not-there"));
        assertThat(OwnedPath.flaw(nowhere)).isEmpty();
        Path loop = Files.createSymbolicLink(own.resolve("loop"), Path.of("loop"));
        assertThat(OwnedPath.flaw(loop)).isPresent();
    }

    @Test
    void aLinkOfProcfsThatReadsAsAnotherPlaceIsNot() throws IOException {
        Path file = Files.writeString(own.resolve("file"), "x");
        try (var open = Files.newByteChannel(file)) {
            Path magic = magicLinkTo(file);
            assertThat(OwnedPath.flaw(magic)).isEmpty();
            Files.delete(file);
            assertThat(OwnedPath.flaw(magic)).isPresent();
            Files.writeString(own.resolve("file (deleted)"), "what the link reads as");
            assertThat(OwnedPath.flaw(magic)).isPresent();
            assertThat(open.isOpen()).isTrue();
        }
    }

    @Test
    void ofASocketOnlyThePlaceCounts() throws IOException {
        Path socket = own.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            chmod(socket, "rwxrwxrwx");
            assertThat(OwnedPath.flawOfPlace(socket)).isEmpty();
            assertThat(step(OwnedPath.flaw(socket))).isEqualTo(socket);
            sticky(own);
            assertThatThrownBy(() -> OwnedPath.requirePlace(socket))
                    .hasMessage(socket + " is a file in a directory where others can write: put it into one that only"
                            + " root can change");
        }
    }

    @Test
    void directoriesAreMadeForUsAlone() throws IOException {
        Path made = own.resolve("a/b");
        OwnedPath.makeDirectory(made);
        assertThat(mode(made)).isEqualTo("rwx------");
        assertThat(mode(own.resolve("a"))).isEqualTo("rwx------");
        chmod(made, "rwxr-xr-x");
        OwnedPath.makeDirectory(made);
        assertThat(mode(made)).isEqualTo("rwxr-xr-x");
        chmod(made, "rwxrwxr-x");
        assertThatThrownBy(() -> OwnedPath.makeDirectory(made)).isInstanceOf(UntrustedPathException.class);
    }

    @Test
    void nothingIsMadeWhereSomebodyElseLeads() throws IOException {
        Path shared = Files.createDirectory(own.resolve("shared"));
        sticky(shared);
        Path theirs = Files.createDirectory(own.resolve("theirs"));
        Path link = Files.createSymbolicLink(shared.resolve("watchdog"), theirs);
        assertThatThrownBy(() -> OwnedPath.makeDirectory(link.resolve("run")))
                .hasMessageContaining(link + " is a symlink in a directory where others can write");
        assertThat(theirs).isEmptyDirectory();
        assertThatThrownBy(() -> OwnedPath.makeDirectory(link)).isInstanceOf(UntrustedPathException.class);
        Path dangling = Files.createSymbolicLink(shared.resolve("dangling"), theirs.resolve("new"));
        assertThatThrownBy(() -> OwnedPath.makeDirectory(dangling)).isInstanceOf(UntrustedPathException.class);
        assertThat(theirs).isEmptyDirectory();

        Path file = Files.writeString(own.resolve("file"), "precious");
        assertThatThrownBy(() -> OwnedPath.makeDirectory(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("precious");
        assertThatCode(() -> OwnedPath.makeDirectory(shared.resolve("new"))).doesNotThrowAnyException();
    }

    @Test
    void whatIsInTheWayOfADirectoryIsTold() throws IOException {
        Path dead = Files.createSymbolicLink(own.resolve("dead"), own.resolve("gone"));
        String told =
                dead + " is a symlink to " + own.resolve("gone") + ", where nothing is: make that, or remove the link";
        for (Path wanted : List.of(dead, dead.resolve("journal"))) {
            assertThatThrownBy(() -> OwnedPath.makeDirectory(wanted))
                    .isInstanceOf(OwnedPath.NoDirectoryException.class)
                    .hasMessage(told);
        }
        assertThat(own.resolve("gone")).doesNotExist();
        assertThat(OwnedPath.deadLink(dead)).contains(told);
        Path file = Files.writeString(own.resolve("file"), "precious");
        Path link = Files.createSymbolicLink(own.resolve("link"), file);
        assertThatThrownBy(() -> OwnedPath.makeDirectory(link.resolve("run")))
                .hasMessage(link + " is there and is not a directory: move it away");
        assertThat(OwnedPath.deadLink(link)).isEmpty();
        assertThat(OwnedPath.deadLink(own.resolve("none"))).isEmpty();
    }

    private static Path magicLinkTo(Path target) throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(target)) {
                    return each;
                }
            }
        }
        throw new AssertionError("nothing is open at " + target);
    }

    private static Path step(Optional<Flaw> flaw) {
        return flaw.orElseThrow(() -> new AssertionError("no flaw was found")).step();
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void sticky(Path directory) throws IOException {
        Files.setAttribute(directory, "unix:mode", 01777);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
