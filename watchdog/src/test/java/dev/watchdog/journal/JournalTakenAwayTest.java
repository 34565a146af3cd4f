package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static dev.watchdog.journal.TestJournals.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody takes the journal's files away from under the running agent: what is written since is never called durable. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
class JournalTakenAwayTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    private Path directory;
    private SqliteJournal journal;

    @BeforeEach
    void write() throws Exception {
        directory = temp.resolve("journal");
        journal = open(directory);
        get(journal.append(batch("a", "before")));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void the_directory_is_removed() throws Exception {
        Trees.delete(directory);

        assertRefused("journal.db is not there any more");
        assertThat(get(journal.read(Query.after(0, 10)))).as("reading goes on").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"})
    void a_file_is_removed(String name) throws Exception {
        Files.delete(directory.resolve(name));

        assertRefused(name + " is not there any more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"})
    void a_file_is_replaced_by_a_copy(String name) throws Exception {
        Path file = directory.resolve(name);
        Path copy = Files.copy(file, temp.resolve("copy"));
        Files.move(copy, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertRefused(name + " there is another file");
    }

    @Test
    void the_directory_is_moved_aside_and_put_back() throws Exception {
        Path aside = temp.resolve("aside");
        Files.move(directory, aside);
        assertRefused("journal.db is not there any more");

        Files.move(aside, directory);
        await().atMost(LONG).until(journal::writable);
        get(journal.append(batch("a", "after")));
        journal.close();
        assertThat(textsOfTheNextStart()).containsExactly("before", "after");
    }

    @Test
    void another_journal_that_was_put_in_its_place_stays_whole() throws Exception {
        Files.move(directory, temp.resolve("aside"));
        SqliteJournal other = open(directory);
        get(other.append(batch("b", "other")));
        assertRefused("there is another file");

        journal.close();
        get(other.append(batch("b", "more")));
        assertThat(directory.resolve("journal.db-wal"))
                .as("removed by the path")
                .exists();
        other.close();
        assertThat(textsOfTheNextStart()).containsExactly("other", "more");
    }

    @Test
    void what_was_in_a_log_that_is_gone_is_saved_when_the_agent_stops() throws Exception {
        Files.delete(directory.resolve("journal.db-wal"));
        assertRefused("journal.db-wal is not there any more");

        journal.close();
        assertThat(textsOfTheNextStart()).containsExactly("before");
    }

    @Test
    void it_is_noticed_while_nothing_is_written() throws Exception {
        Trees.delete(directory);

        await().atMost(LONG).until(() -> !journal.writable());
    }

    private List<String> textsOfTheNextStart() throws Exception {
        try (SqliteJournal next = open(directory)) {
            return get(next.read(Query.after(0, 10))).stream()
                    .map(event -> text(event))
                    .toList();
        }
    }

    private void assertRefused(String what) throws IOException {
        JournalException refused = refusal();
        assertThat(refused.reason()).isEqualTo(Reason.UNWRITABLE);
        assertThat(refused)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(what)
                .hasMessageContaining("restart the agent");
        assertThat(journal.writable()).isFalse();
        assertThat(journal.last()).isEqualTo(1);
    }

    private JournalException refusal() {
        ExecutionException failed =
                catchThrowableOfType(ExecutionException.class, () -> get(journal.append(batch("a", "lost"))));
        return (JournalException) failed.getCause();
    }
}
