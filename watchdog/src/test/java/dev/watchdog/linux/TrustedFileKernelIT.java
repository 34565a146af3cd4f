package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordinary user (1234 here) who has a hand in any piece of the way. */
@NeedsRoot
class TrustedFileKernelIT {
    private static final int USER = 1234;

    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        Path directory = Files.createDirectories(temp.resolve("a/b"));
        file = Files.writeString(directory.resolve("keys.yaml"), "keys: []");
        mode(file, "rw-r--r--");
    }

    @Test
    void whatOnlyRootCanHaveWrittenIsRead() throws Exception {
        assertThat(TrustedFile.find(file)).isEqualTo(file.toRealPath());
        assertThat(TrustedFile.read(file, 8)).hasSize(8);
        assertThat(TrustedFile.find(Path.of(temp + "/a/./b/../b/keys.yaml"))).isEqualTo(file.toRealPath());
        assertThat(TrustedFile.findDirectory(temp.resolve("a")))
                .isEqualTo(temp.resolve("a").toRealPath());
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("a/b"));
        assertThat(TrustedFile.find(link.resolve("keys.yaml"))).isEqualTo(file.toRealPath());
        assertThatThrownBy(() -> TrustedFile.find(temp.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void eachPieceOfTheWayIsLookedAt() throws Exception {
        own(file);
        assertUntrusted(file, file + " belongs to user 1234: chown it to root");
        Files.setAttribute(file, "unix:uid", 0);
        mode(file, "rw-rw-r--");
        assertUntrusted(file, file + " can be written by others: chmod go-w it");
        mode(file, "rw-r--r--");

        Path middle = temp.resolve("a");
        own(middle);
        assertUntrusted(file, middle + " belongs to user 1234");
        Files.setAttribute(middle, "unix:uid", 0);
        mode(middle, "rwxrwxrwx");
        assertUntrusted(file, middle + " can be written by others");
        Files.setAttribute(middle, "unix:mode", 01777);
        assertThat(TrustedFile.find(file)).as("in a sticky directory").isNotNull();
        assertThatThrownBy(() -> TrustedFile.findDirectory(middle)).hasMessageContaining("can be written by others");
    }

    @Test
    void aLinkOfTheUsersInTheMiddleOfTheWayIsFound() throws Exception {
        Path shared = Files.createDirectory(temp.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path his = Files.createSymbolicLink(shared.resolve("his"), file);
        Files.setAttribute(his, "unix:uid", USER, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        Path link = Files.createSymbolicLink(temp.resolve("link"), his);
        assertUntrusted(link, his + " belongs to user 1234");

        Path round = Files.createSymbolicLink(temp.resolve("round"), temp.resolve("round"));
        assertUntrusted(round, "too many symlinks");
    }

    @Test
    void onlyAFileIsAFileAndOnlySoLarge() {
        assertUntrusted(temp, temp + " is not a file");
        assertUntrusted(Path.of("/dev/zero"), "/dev/zero is not a file");
        assertUntrusted(Path.of(file + "/x"), file + " is not a directory");
        assertThatThrownBy(() -> TrustedFile.read(file, 7)).hasMessageContaining("is larger than 7 bytes");
    }

    @Test
    void nobodyWritesToAReadOnlyFileSystem() throws Exception {
        Path mount = Files.createDirectory(temp.resolve("mount"));
        Programs.run("mount", "-t", "tmpfs", "trusted-file-test", mount.toString())
                .orFail();
        try {
            Path directory = Files.createDirectory(mount.resolve("config"));
            Path keys = Files.writeString(directory.resolve("keys.yaml"), "");
            mode(keys, "rw-r--r--");
            mode(directory, "rwxrwxrwx");
            assertUntrusted(keys, directory + " can be written by others");
            Programs.run("mount", "-o", "remount,ro", mount.toString()).orFail();
            assertThat(TrustedFile.find(keys)).isEqualTo(keys);
        } finally {
            Programs.run("umount", mount.toString()).orFail();
        }
    }

    private static void assertUntrusted(Path what, String why) {
        assertThatThrownBy(() -> TrustedFile.find(what))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private static void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", USER);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
