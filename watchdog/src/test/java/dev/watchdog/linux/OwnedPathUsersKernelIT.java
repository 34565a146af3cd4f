package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.OwnedPath.Flaw;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user without rights owns, or made in a directory that all may write to. */
@NeedsRoot
class OwnedPathUsersKernelIT {
    private static final int SOMEBODY = 12345;

    @TempDir
    Path temporary;

    private Path shared;

    @BeforeEach
    void aSharedDirectory() throws IOException {
        shared = Files.createDirectory(temporary.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Files.setAttribute(temporary, "unix:mode", 0755);
    }

    @Test
    void aStepThatBelongsToSomebodyIsNamed() throws IOException {
        Path deep = Files.createDirectories(temporary.resolve("a/b"));
        Path file = Files.writeString(deep.resolve("file"), "x");
        for (Path step : List.of(temporary.resolve("a"), deep, file)) {
            Files.setAttribute(step, "unix:uid", SOMEBODY);
            assertThat(OwnedPath.flaw(file).map(Flaw::message))
                    .contains(
                            step + " belongs to user 12345: chown root it, or choose a path that only root can change");
            Files.setAttribute(step, "unix:uid", 0);
        }
        assertThat(OwnedPath.flaw(file)).isEmpty();
    }

    @Test
    void whoeverOwnsAStickyDirectoryCanRenameWhatIsInIt() throws IOException {
        Path inside = Files.createDirectory(shared.resolve("inside"));
        Files.setAttribute(shared, "unix:uid", SOMEBODY);
        assertThat(step(inside)).isEqualTo(shared);
    }

    @Test
    void whatSomebodyMadeFirstIsNotTaken() throws IOException {
        as("mkdir", "-m", "0755", shared.resolve("watchdog").toString());
        assertThatThrownBy(() -> OwnedPath.makeDirectory(shared.resolve("watchdog/journal")))
                .isInstanceOf(UntrustedPathException.class);
        assertThat(shared.resolve("watchdog")).isEmptyDirectory();

        as("ln", "-s", temporary.toString(), shared.resolve("link").toString());
        assertThatThrownBy(() -> OwnedPath.makeDirectory(shared.resolve("link/journal")))
                .isInstanceOf(UntrustedPathException.class);
        assertThat(temporary.resolve("journal")).doesNotExist();
    }

    @Test
    void rootsFilesInASharedDirectoryMayBeSomebodysLinks() throws IOException {
        Path precious = Files.writeString(temporary.resolve("precious"), "of root's");
        Path planted = Files.createLink(shared.resolve("planted"), precious);
        assertThat(step(planted)).isEqualTo(planted);
    }

    @Test
    void aFileSystemMountedInASharedDirectoryCanClaimAnyOwner() throws IOException {
        Path mounted = Files.createDirectory(shared.resolve("mounted"));
        Programs.run("mount", "-t", "tmpfs", "-o", "mode=0755,size=64k", "tmpfs", mounted.toString())
                .orFail();
        try {
            assertThat(step(mounted.resolve("file"))).isEqualTo(mounted);
        } finally {
            Programs.run("umount", mounted.toString()).orFail();
        }
        assertThat(OwnedPath.flaw(mounted.resolve("file"))).isEmpty();
    }

    private static Path step(Path path) throws IOException {
        Optional<Flaw> flaw = OwnedPath.flaw(path);
        return flaw.orElseThrow(() -> new AssertionError("no flaw of " + path)).step();
    }

    private static void as(String... command) {
        String user = Integer.toString(SOMEBODY);
        List<String> all =
                new java.util.ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
        all.addAll(List.of(command));
        Programs.run(all.toArray(String[]::new)).orFail();
    }
}
