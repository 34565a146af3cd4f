package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is known of the time must be on disk with what is forgotten by it, and otherwise be written so seldom that a journal
 * at rest leaves its disk alone.
 */
class KeptTimeTest {
    private static final Duration BOOTED = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(1);

    @TempDir
    Path directory;

    private Connection connection;
    private Statements statements;
    private EntryStore store;
    private KeptTime kept;

    @BeforeEach
    void open() throws Exception {
        TestJournals.open(directory).close();
        connection = new Database(directory).writer(START);
        statements = new Statements(connection);
        store = new EntryStore(statements, "/hosts/h1/j");
        kept = new KeptTime(store);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        statements.close();
        connection.close();
    }

    @Test
    void what_is_young_enough_on_disk_is_not_written_again() throws Exception {
        assertThat(commits(Duration.ZERO, KeptTime.AT_REST)).as("the first").isTrue();
        assertThat(commits(KeptTime.WITH_OTHERS.minus(MOMENT), KeptTime.WITH_OTHERS))
                .isFalse();
        assertThat(commits(KeptTime.WITH_OTHERS, KeptTime.WITH_OTHERS)).isTrue();
        Duration rested = KeptTime.WITH_OTHERS.plus(KeptTime.AT_REST);
        assertThat(commits(rested.minus(MOMENT), KeptTime.AT_REST)).isFalse();
        assertThat(commits(rested, KeptTime.AT_REST)).isTrue();
    }

    @Test
    void the_time_by_which_something_is_forgotten_is_always_written_with_that() throws Exception {
        assertThat(commits(Duration.ZERO, KeptTime.AT_REST)).isTrue();
        assertThat(commits(MOMENT, Duration.ZERO)).isTrue();
    }

    @Test
    void what_was_taken_back_is_not_taken_for_kept() throws Exception {
        writeAndTakeBack(Duration.ZERO);
        assertThat(commits(MOMENT, KeptTime.AT_REST))
                .as("nothing is on disk yet")
                .isTrue();

        writeAndTakeBack(KeptTime.WITH_OTHERS.plus(MOMENT));
        Duration later = KeptTime.WITH_OTHERS.plus(MOMENT).plus(MOMENT);
        assertThat(commits(later, KeptTime.AT_REST)).as("young enough at rest").isFalse();
        assertThat(commits(later, KeptTime.WITH_OTHERS))
                .as("older than it may be with others")
                .isTrue();
    }

    /** Whether it is then on disk. */
    private boolean commits(Duration passed, Duration oldest) throws SQLException {
        TimeProof proof = after(passed);
        store.begin();
        kept.write(proof, oldest);
        store.commit();
        kept.committed();
        return EntryQuery.meta(connection, Schema.TIME)
                .filter(proof.text()::equals)
                .isPresent();
    }

    private void writeAndTakeBack(Duration passed) throws SQLException {
        store.begin();
        kept.write(after(passed), Duration.ZERO);
        store.rollback();
    }

    private static TimeProof after(Duration passed) {
        return TimeProof.first(new Moment("boot", BOOTED.plus(passed), START.plus(passed)), START.plus(passed));
    }
}
