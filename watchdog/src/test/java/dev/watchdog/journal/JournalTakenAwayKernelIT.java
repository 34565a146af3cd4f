package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal is mounted over: its files are all there, and no start would find them. */
@NeedsRoot
class JournalTakenAwayKernelIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    @Test
    void aMountOverTheDirectoryOrAFileIsNoticedAndItsEndToo() throws Exception {
        Path directory = temp.resolve("journal");
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("a", "1")));
            Path other = Files.createDirectory(temp.resolve("other"));
            Files.copy(directory.resolve("journal.db"), other.resolve("journal.db"));
            assertNoticed(journal, other, directory);
            assertNoticed(journal, other.resolve("journal.db"), directory.resolve("journal.db"));
            get(journal.append(batch("a", "2")));
        }
    }

    private static void assertNoticed(SqliteJournal journal, Path what, Path over) {
        Programs.run("mount", "--bind", what.toString(), over.toString()).orFail();
        try {
            assertThatThrownBy(() -> get(journal.append(batch("a", "lost"))))
                    .hasRootCauseInstanceOf(JournalException.class)
                    .hasMessageContaining("taken away");
            assertThat(journal.writable()).isFalse();
        } finally {
            Programs.run("umount", over.toString()).orFail();
        }
        await().atMost(LONG).until(journal::writable);
    }
}
