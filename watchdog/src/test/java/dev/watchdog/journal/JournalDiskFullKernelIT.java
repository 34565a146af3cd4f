package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.counted;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Event;
import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trouble with the disk, on a small tmpfs of the test's own. Needs root to mount it. */
@NeedsRoot
class JournalDiskFullKernelIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temp.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=6m", "journal-test", disk.toString()))
                .isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void a_full_disk_fails_appends_loses_nothing_and_is_noticed_to_be_over() throws Exception {
        Path filler = disk.resolve("filler");
        try (SqliteJournal journal = open(disk.resolve("journal"))) {
            get(journal.append(counted(1)));
            fill(filler);
            long acknowledged = 1;
            JournalException refused = null;
            while (refused == null) {
                try {
                    get(journal.append(counted(acknowledged + 1)));
                    acknowledged++;
                } catch (ExecutionException e) {
                    refused = (JournalException) e.getCause();
                }
            }
            assertThat(refused.reason()).isEqualTo(Reason.UNWRITABLE);
            assertThat(refused).hasMessageContaining("file system is full").hasMessageContaining("free some space");
            assertThat(journal.writable()).isFalse();
            assertThat(journal.last()).isEqualTo(acknowledged);
            assertThat(get(journal.read(Query.after(0, 10_000)))).hasSize((int) acknowledged);
            assertThat(get(journal.state())).containsEntry("count", Long.toString(acknowledged));

            Files.delete(filler);
            await().atMost(LONG).until(journal::writable);
            get(journal.append(counted(acknowledged + 1)));
            assertThat(get(journal.read(Query.after(0, 10_000))))
                    .extracting(Event::id)
                    .hasSize((int) acknowledged + 1)
                    .isSorted();
        }
    }

    @Test
    void an_append_after_the_trouble_works_without_waiting_for_the_journal_to_notice() throws Exception {
        Path filler = disk.resolve("filler");
        try (SqliteJournal journal = open(disk.resolve("journal"))) {
            fill(filler);
            CompletableFuture<List<Event>> append = journal.append(batch("a", "1"));
            while (!failed(append)) {
                append = journal.append(batch("a", "more"));
            }
            Files.delete(filler);
            get(journal.append(batch("a", "after")));
            assertThat(journal.writable()).isTrue();
        }
    }

    @Test
    void a_journal_that_was_full_opens_again() throws Exception {
        Path filler = disk.resolve("filler");
        Path directory = disk.resolve("journal");
        long acknowledged;
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("a", "1")));
            fill(filler);
            while (!failed(journal.append(batch("a", "x".repeat(1000))))) {}
            acknowledged = journal.last();
        }
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.read(Query.after(0, 10_000)))).hasSize((int) acknowledged);
        }
    }

    @Test
    void a_read_only_file_system_is_told_at_the_start() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
        JournalException refused = catchThrowableOfType(
                JournalException.class, () -> open(disk.resolve("journal")).close());
        assertThat(refused.reason()).isEqualTo(Reason.UNWRITABLE);
        assertThat(refused).hasMessageContaining(disk.toString()).hasMessageContaining("; ");
    }

    @Test
    void a_noexec_file_system_is_no_obstacle() throws Exception {
        assertThat(run("mount", "-o", "remount,noexec", disk.toString())).isZero();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        JournalAppender.class.getName(),
                        disk.resolve("journal").toString(),
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(child.getInputStream().read()).isEqualTo('1');
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static boolean failed(CompletableFuture<?> append) throws Exception {
        try {
            get(append);
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    /** Takes all the room that is left. */
    private static void fill(Path filler) {
        try (var out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
