package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.START;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Duration LIVE = Duration.ofHours(1);
    private static final Duration KEEP = Duration.ofDays(8);

    @TempDir
    Path directory;

    private final TestJournals.Hands clock = new TestJournals.Hands();

    @Test
    void an_answer_is_kept_as_it_was_recorded() throws Exception {
        Event answer;
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            assertThat(get(journal.command("me", "c1"))).isEmpty();
            get(journal.append(accepted("c1")));
            assertThat(get(journal.command("me", "c1")))
                    .contains(new LedgerRow("me", "c1", "digest", START.plus(KEEP), null));
            answer = get(journal.append(answered("c1", "done"))).get(0);
            assertThat(answer.causation()).isEqualTo("1");
            assertThat(get(journal.command("you", "c1"))).isEmpty();
            assertThat(get(journal.command("me", "c2"))).isEmpty();
        }
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            assertThat(get(journal.command("me", "c1")).orElseThrow().answer()).isEqualTo(answer);
        }
    }

    @Test
    void accepted_and_answered_in_one_batch() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            List<Entry> entries = List.of(entry("c1", acceptance("c1")), entry("c1", answer("c1", "at once")));
            List<Event> events = get(journal.append(new Batch(
                    entries,
                    Map.of("kafka-offset", Optional.of("7")),
                    Set.of(),
                    Set.of(),
                    List.of(mark("c1", 0, false), mark("c1", 1, true)))));
            assertThat(get(journal.command("me", "c1")).orElseThrow().answer()).isEqualTo(events.get(1));
            assertThat(get(journal.state())).containsEntry("kafka-offset", "7");
        }
    }

    @Test
    void the_first_answer_stands() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            Event first = get(journal.append(answered("c1", "first"))).get(0);
            get(journal.append(answered("c1", "second")));
            assertThat(get(journal.command("me", "c1")).orElseThrow().answer()).isEqualTo(first);
        }
    }

    @Test
    void the_same_id_of_two_senders_are_two_commands() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            get(journal.append(answered("c1", "mine")));
            get(journal.append(batch(
                    answer("c1", "yours"), new LedgerMark("you", "c1", "other", START, START.plus(KEEP), 0, true))));
            assertThat(get(journal.command("me", "c1")).orElseThrow().digest()).isEqualTo("digest");
            assertThat(get(journal.command("you", "c1")).orElseThrow().digest()).isEqualTo("other");
        }
    }

    @Test
    void it_outlives_the_entries_and_ends_with_its_own_time() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1").withMaxAge(Duration.ofDays(1)))) {
            Event answer = get(journal.append(answered("c1", "done"))).get(0);
            clock.pass(Duration.ofDays(7));
            get(journal.append(answered("c2", "later")));
            await().untilAsserted(() ->
                    assertThat(get(journal.read(Query.of("c1")))).as("entries").isEmpty());
            assertThat(get(journal.command("me", "c1")).orElseThrow().answer()).isEqualTo(answer);

            clock.pass(Duration.ofDays(1).plusSeconds(1));
            get(journal.append(answered("c3", "last")));
            await().untilAsserted(
                            () -> assertThat(get(journal.command("me", "c1"))).isEmpty());
            assertThat(get(journal.command("me", "c3"))).isPresent();
        }
    }

    @Test
    void a_command_that_runs_is_never_forgotten() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            Batch accepted = accepted("c1");
            get(journal.append(new Batch(accepted.entries(), Map.of(), Set.of("c1"), Set.of(), accepted.ledger())));
            get(journal.append(answered("c2", "done")));
            clock.pass(Duration.ofDays(9));
            get(journal.append(answered("c3", "done")));
            await().untilAsserted(
                            () -> assertThat(get(journal.command("me", "c2"))).isEmpty());
            assertThat(get(journal.command("me", "c1"))).isPresent();
            get(journal.append(answered("c1", "at last")));
        }
    }

    @Test
    void beyond_its_limit_only_what_cannot_be_carried_out_any_more_is_forgotten() throws Exception {
        open(JournalOptions.of(directory, "h1")).close();
        try (Connection writing = new Database(directory).writer(START);
                Statements statements = new Statements(writing);
                EntryStore store = new EntryStore(statements, "/hosts/h1/j")) {
            Ledger ledger = new Ledger(statements, 10);
            for (int i = 0; i < 11; i++) {
                write(store, ledger, "c" + i);
            }
            assertThat(ledger.full()).isTrue();
            assertThat(forget(store, ledger, START)).isFalse();
            assertThat(rows(ledger, statements)).isEqualTo(11);

            assertThat(forget(store, ledger, START.plus(LIVE).plusSeconds(1))).isTrue();
            assertThat(forget(store, ledger, START.plus(LIVE).plusSeconds(1))).isFalse();
            assertThat(rows(ledger, statements)).isEqualTo(10);
            assertThat(ledger.full()).isFalse();
            assertThat(EntryQuery.command(writing, "/", "me", "c0"))
                    .as("the oldest")
                    .isEmpty();
            assertThat(new Ledger(statements, 9).full()).as("after a restart").isTrue();
        }
    }

    @Test
    void what_is_taken_back_does_not_count() throws Exception {
        open(JournalOptions.of(directory, "h1")).close();
        try (Connection writing = new Database(directory).writer(START);
                Statements statements = new Statements(writing);
                EntryStore store = new EntryStore(statements, "/hosts/h1/j")) {
            Ledger ledger = new Ledger(statements, 1);
            writing.createStatement().execute("BEGIN");
            ledger.write(mark("c", 0, false), EncodedBatch.Row.of(entry("c", acceptance("c"))), event(store, "c"));
            store.rollback();
            ledger.takenBack();
            ledger.committed();
            assertThat(ledger.full()).isFalse();
            write(store, ledger, "c");
            write(store, ledger, "c");
            assertThat(rows(ledger, statements)).isEqualTo(1);
        }
    }

    @Test
    void a_journal_of_version_1_gets_a_ledger_and_loses_nothing() throws Exception {
        Event before;
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            before = get(journal.append(new Batch(
                            List.of(entry("c0", answer("c0", "before the ledger"))),
                            Map.of("core", Optional.of("{}")),
                            Set.of("open"),
                            Set.of())))
                    .get(0);
            get(journal.advance("kafka", 1));
        }
        sql(directory, "DROP TABLE command", "PRAGMA user_version = 1");
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            assertThat(get(journal.read(Query.after(0, 10)))).containsExactly(before);
            assertThat(get(journal.state())).containsEntry("core", "{}");
            assertThat(get(journal.cursor("kafka"))).isEqualTo(1);
            assertThat(get(journal.command("me", "c0"))).isEmpty();
            Event answer = get(journal.append(answered("c1", "after"))).get(0);
            assertThat(get(journal.command("me", "c1")).orElseThrow().answer()).isEqualTo(answer);
        }
    }

    private static void write(EntryStore store, Ledger ledger, String id) throws Exception {
        store.begin();
        EncodedBatch.Row row = EncodedBatch.Row.of(entry(id, answer(id, "done")));
        ledger.write(mark(id, 0, true), row, store.insert(row, START));
        store.commit();
        ledger.committed();
    }

    private static boolean forget(EntryStore store, Ledger ledger, Instant now) throws Exception {
        store.begin();
        boolean more = ledger.forget(now);
        store.commit();
        ledger.committed();
        return more;
    }

    private static Event event(EntryStore store, String id) throws Exception {
        return store.insert(EncodedBatch.Row.of(entry(id, acceptance(id))), START);
    }

    private static long rows(Ledger ledger, Statements statements) throws Exception {
        try (var row = statements.of("SELECT count(*) FROM command").executeQuery()) {
            long rows = row.getLong(1);
            assertThat(ledger).isNotNull();
            return rows;
        }
    }

    private Batch accepted(String id) {
        return batch(acceptance(id), mark(id, 0, false));
    }

    private Batch answered(String id, String what) {
        return new Batch(
                List.of(entry(id, answer(id, what))),
                Map.of(),
                Set.of(),
                Set.of(id),
                List.of(new LedgerMark(
                        "me",
                        id,
                        "digest",
                        clock.now().wall().plus(LIVE),
                        clock.now().wall().plus(KEEP),
                        0,
                        true)));
    }

    private static Batch batch(EventData data, LedgerMark mark) {
        return new Batch(List.of(entry(mark.id(), data)), Map.of(), Set.of(), Set.of(), List.of(mark));
    }

    private static LedgerMark mark(String id, int entry, boolean answer) {
        return new LedgerMark("me", id, "digest", START.plus(LIVE), START.plus(KEEP), entry, answer);
    }

    private static Entry entry(String id, EventData data) {
        return new Entry(Subject.HOST, START, Severity.INFO, id, null, data);
    }

    private static EventData acceptance(String id) {
        return new CommandEvent.Accepted(id, "heal", "kafka", Map.of(), "");
    }

    private static EventData answer(String id, String what) {
        return new CommandEvent.Succeeded(id, "heal", Evidence.of(what));
    }

    private SqliteJournal open(JournalOptions options) {
        return SqliteJournal.open(options, clock);
    }
}
