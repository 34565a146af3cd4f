package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.watchdog.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else prepared where the journal is to be. */
class JournalDirectoryTest {
    private static final List<String> FILES = List.of("journal.lock", "journal.db", "journal.db-wal", "journal.db-shm");

    @TempDir
    Path temporary;

    @Test
    void aStepThatOthersCanWriteIsNamedWithTheRemedy() throws Exception {
        Path directory = Files.createDirectories(temporary.resolve("lib/watchdog"));
        for (Path step : List.of(temporary.resolve("lib"), directory)) {
            for (String mode : List.of("rwxrwx---", "rwx---rwx")) {
                Files.setPosixFilePermissions(step, PosixFilePermissions.fromString(mode));
                assertThat(refusal(directory))
                        .hasMessageContaining("the journal in " + directory + " cannot be trusted")
                        .hasMessageContaining(step + " can be written by others")
                        .hasMessageContaining("chmod go-w it");
                assertThat(directory).isEmptyDirectory();
            }
            Files.setPosixFilePermissions(step, PosixFilePermissions.fromString("rwx------"));
        }
        open(directory).close();
    }

    @Test
    void aSymlinkInPlaceOfAnyFileIsNotFollowed() throws Exception {
        Path precious = Files.writeString(temporary.resolve("precious"), "of root's");
        for (String file : FILES) {
            Path directory = Files.createDirectory(temporary.resolve("linked-" + file));
            Path link = Files.createSymbolicLink(directory.resolve(file), precious);
            assertThat(refusal(directory)).hasMessageContaining(link + " is not a plain file");
            assertThat(precious).hasContent("of root's");
            Files.delete(link);
            Files.createSymbolicLink(link, temporary.resolve("not-there"));
            refusal(directory);
            assertThat(temporary.resolve("not-there")).doesNotExist();
        }
    }

    @Test
    void aHardLinkInPlaceOfAnyFileIsNotWrittenTo() throws Exception {
        Path precious = Files.writeString(temporary.resolve("precious"), "of root's");
        for (String file : FILES) {
            Path directory = Files.createDirectory(temporary.resolve("linked-" + file));
            Files.createLink(directory.resolve(file), precious);
            assertThat(refusal(directory)).hasMessageContaining("has another name");
            assertThat(precious).hasContent("of root's");
        }
    }

    @Test
    void aFileThatOthersCanWriteIsRefused() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("journal"));
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("a", "1")));
        }
        Path file = directory.resolve("journal.db");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        byte[] before = Files.readAllBytes(file);
        assertThat(refusal(directory)).hasMessageContaining(file + " can be written by others");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aSymlinkToADirectoryThatOnlyWeCanChangeIsFine() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), elsewhere);
        open(link).close();
        assertThat(elsewhere.resolve("journal.db")).isRegularFile();
    }

    @Test
    void aSymlinkThatLeadsNowhereIsToldAndNothingIsMade() throws Exception {
        Path nowhere = temporary.resolve("nowhere");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), nowhere);
        assertThatThrownBy(() -> open(link).close())
                .isInstanceOfSatisfying(
                        JournalException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNWRITABLE))
                .hasMessage("the journal's directory " + link + " cannot be made: " + link + " is a symlink to "
                        + nowhere + ", where nothing is: make that, or remove the link, or set journal.directory to"
                        + " another");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void aSymlinkThatOthersCouldHaveMadeIsNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path shared = Files.createDirectory(temporary.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path link = Files.createSymbolicLink(shared.resolve("journal"), elsewhere);
        assertThat(refusal(link)).hasMessageContaining(link + " is a symlink in a directory where others can write");
        assertThat(elsewhere).isEmptyDirectory();
    }

    private static JournalException refusal(Path directory) throws IOException {
        JournalException refused = catchThrowableOfType(
                JournalException.class, () -> open(directory).close());
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(Reason.UNTRUSTED);
        return refused;
    }
}
