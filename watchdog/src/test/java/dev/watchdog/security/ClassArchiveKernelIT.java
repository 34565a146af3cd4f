package dev.watchdog.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.InstalledProgram;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A class archive holds classes as the JVM maps them: it is only used, and only made, where nobody but root can write. */
@NeedsRoot
class ClassArchiveKernelIT {
    private static final int SOMEBODY = 12345;

    private Path base;
    private InstalledProgram program;
    private LaunchedJava java;

    @BeforeEach
    void install() throws IOException {
        base = Files.createTempDirectory(Path.of("/var/lib"), "watchdog-it-");
        program = InstalledProgram.in(base.resolve("program"));
        java = new LaunchedJava(program, base.resolve("java"));
    }

    @AfterEach
    void remove() throws IOException {
        Trees.delete(base);
    }

    @Test
    void itIsMadeAndUsedWhereOnlyRootCanWrite() throws IOException {
        assertThat(java.options()).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(archive()).hasContent("made");
    }

    @Test
    void itIsNeitherMadeNorUsedWhereOthersCanWrite() throws IOException {
        java.options();
        Path before = archive();
        for (Path step : List.of(program.directory(), base)) {
            for (String mode : List.of("rwxrwxr-x", "rwxr-xrwx")) {
                Files.setPosixFilePermissions(step, PosixFilePermissions.fromString(mode));
                assertNotUsed();
            }
            Files.setAttribute(program.directory(), "unix:mode", 01777);
            assertNotUsed();
            Files.setPosixFilePermissions(program.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(step, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setAttribute(step, "unix:uid", SOMEBODY);
            assertNotUsed();
            Files.setAttribute(step, "unix:uid", 0);
        }
        assertThat(archive()).isEqualTo(before).hasContent("made");
        Files.delete(before);
        Files.setPosixFilePermissions(program.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertNotUsed();
        assertThat(archives()).isEmpty();
    }

    @Test
    void whatSomebodyPlantedIsReplacedAndNotUsed() throws IOException {
        java.options();
        Path archive = archive();
        Files.writeString(archive, "planted");
        Files.setAttribute(archive, "unix:uid", SOMEBODY);
        assertReplaced(archive);

        Files.writeString(archive, "planted");
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertReplaced(archive);

        Path theirs = Files.writeString(base.resolve("theirs"), "planted");
        Files.setAttribute(theirs, "unix:uid", SOMEBODY);
        Files.delete(archive);
        Files.createSymbolicLink(archive, theirs);
        assertReplaced(archive);
        assertThat(theirs).hasContent("planted");
    }

    private void assertReplaced(Path archive) throws IOException {
        assertThat(java.options()).contains("-XX:SharedArchiveFile=" + archive);
        assertThat(archive).hasContent("made");
        assertThat(Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(Files.getAttribute(archive, "unix:uid")).isEqualTo(0);
    }

    private void assertNotUsed() {
        assertThat(java.options()).noneMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
    }

    private Path archive() throws IOException {
        assertThat(archives()).hasSize(1);
        return archives().get(0);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(program.directory())) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }
}
