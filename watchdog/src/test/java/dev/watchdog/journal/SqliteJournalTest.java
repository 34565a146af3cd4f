package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.entry;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static dev.watchdog.journal.TestJournals.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Event;
import dev.watchdog.journal.JournalException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest {
    @TempDir
    Path directory;

    @Test
    void a_new_journal_is_empty() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            assertThat(journal.id()).matches("[0-9a-f]{8}");
            assertThat(journal.source()).isEqualTo("/hosts/h1/" + journal.id());
            assertThat(journal.last()).isZero();
            assertThat(journal.writable()).isTrue();
            assertThat(get(journal.state())).isEmpty();
            assertThat(get(journal.read(Query.after(0, 10)))).isEmpty();
            assertThat(get(journal.cursor("kafka"))).isZero();
        }
    }

    @Test
    void what_was_appended_is_read_back_the_same_after_a_restart() throws Exception {
        List<Event> appended;
        try (SqliteJournal journal = open(directory)) {
            appended = get(journal.append(Batch.of(List.of(entry("a", "one"), entry(null, "quote \" \n \0 é")))));
            assertThat(journal.last()).isEqualTo(2);
        }
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.read(Query.after(0, 10)))).isEqualTo(appended);
            assertThat(appended).extracting(Event::id).containsExactly(1L, 2L);
            assertThat(appended).extracting(Event::source).containsOnly(journal.source());
            assertThat(get(journal.append(batch("a", "next"))).get(0).id()).isEqualTo(3);
        }
    }

    @Test
    void an_entry_is_caused_by_the_newest_of_its_correlation_or_of_the_one_it_names() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("fault", "1")));
            get(journal.append(batch("other", "2")));
            Entry named = new Entry(
                    entry(null, "").subject(),
                    TestJournals.START,
                    entry(null, "").severity(),
                    "action",
                    "fault",
                    entry(null, "").data());
            List<Event> events =
                    get(journal.append(Batch.of(List.of(entry("fault", "3"), named, entry(null, "5"), named))));
            assertThat(events).extracting(Event::causation).containsExactly("1", "3", null, "3");
            assertThat(get(journal.append(batch("action", "7"))))
                    .extracting(Event::causation)
                    .containsExactly("6");
        }
    }

    @Test
    void reading_filters_by_place_correlation_type_and_limit() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            for (int i = 1; i <= 6; i++) {
                get(journal.append(batch(i % 2 == 0 ? "even" : "odd", "n" + i)));
            }
            String raised = "dev.watchdog.fault.raised.v1";
            assertThat(get(journal.read(Query.after(4, 10))))
                    .extracting(Event::id)
                    .containsExactly(5L, 6L);
            assertThat(get(journal.read(Query.after(0, 2))))
                    .extracting(Event::id)
                    .containsExactly(1L, 2L);
            assertThat(get(journal.read(Query.of("even"))))
                    .extracting(Event::id)
                    .containsExactly(2L, 4L, 6L);
            assertThat(get(journal.read(new Query(2, 1, "even", Set.of(raised, "x")))))
                    .extracting(Event::id)
                    .containsExactly(4L);
            assertThat(get(journal.read(new Query(0, 9, null, Set.of("x"))))).isEmpty();
        }
    }

    @Test
    void state_is_written_with_the_entries_and_removed_by_an_empty_value() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(
                    new Batch(List.of(), Map.of("a", Optional.of("1"), "b", Optional.of("2")), Set.of(), Set.of())));
            get(journal.append(
                    new Batch(List.of(), Map.of("a", Optional.empty(), "b", Optional.of("3")), Set.of(), Set.of())));
        }
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.state())).isEqualTo(Map.of("b", "3"));
        }
    }

    @Test
    void a_cursor_never_goes_back_and_survives_a_restart() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            get(journal.advance("kafka", 7));
            get(journal.advance("kafka", 3));
            assertThat(get(journal.cursor("kafka"))).isEqualTo(7);
        }
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.cursor("kafka"))).isEqualTo(7);
            assertThat(get(journal.cursor("other"))).isZero();
        }
    }

    @Test
    void entries_this_version_cannot_read_are_passed_over_and_counted() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("a", "1")));
            get(journal.append(batch("a", "2")));
            get(journal.append(batch("a", "3")));
            get(journal.append(batch("a", "4")));
        }
        sql(directory, "UPDATE entry SET type = 'dev.watchdog.moon.risen.v9' WHERE id = 2");
        sql(directory, "UPDATE entry SET data = '{\"fault\": [' WHERE id = 3");
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.read(Query.after(1, 1))))
                    .extracting(Event::id)
                    .containsExactly(4L);
            assertThat(journal.skipped()).isEqualTo(2);
        }
    }

    @Test
    void a_clock_that_steps_back_disturbs_no_order() throws Exception {
        TestJournals.Hands clock = new TestJournals.Hands();
        try (SqliteJournal journal = SqliteJournal.open(JournalOptions.of(directory, "h1"), clock)) {
            get(journal.append(batch("a", "1")));
            clock.stepWall(Duration.ofDays(-400));
            Event second = get(journal.append(batch("a", "2"))).get(0);
            assertThat(second.recorded()).isEqualTo(TestJournals.START.minus(Duration.ofDays(400)));
            assertThat(second.causation()).isEqualTo("1");
            assertThat(get(journal.read(Query.after(0, 9))))
                    .extracting(Event::id)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void one_batch_that_cannot_be_written_does_not_harm_those_it_waits_with() throws Exception {
        open(directory).close();
        sql(
                directory,
                "CREATE TRIGGER poison BEFORE INSERT ON entry WHEN new.data LIKE '%poison%'"
                        + " BEGIN SELECT RAISE(ABORT, 'no'); END");
        try (SqliteJournal journal = open(directory)) {
            CountDownLatch gate = hold(journal);
            CompletableFuture<?> first = journal.append(batch("a", "good 1"));
            CompletableFuture<?> bad = journal.append(
                    new Batch(List.of(entry("a", "poison")), Map.of("k", Optional.of("1")), Set.of(), Set.of()));
            CompletableFuture<?> second = journal.append(batch("a", "good 2"));
            gate.countDown();
            get(first);
            get(second);
            assertThatThrownBy(() -> get(bad)).hasCauseInstanceOf(JournalException.class);
            assertThat(journal.writable()).isTrue();
            assertThat(get(journal.state())).isEmpty();
            assertThat(get(journal.read(Query.after(1, 9))))
                    .extracting(TestJournals::text)
                    .containsExactly("good 1", "good 2");
        }
    }

    @Test
    void a_full_queue_refuses_at_once_and_what_was_taken_is_kept() throws Exception {
        JournalOptions options = JournalOptions.of(directory, "h1").withQueue(2, 1 << 20);
        try (SqliteJournal journal = SqliteJournal.open(options, new TestJournals.Hands())) {
            CountDownLatch gate = hold(journal);
            CompletableFuture<?> first = journal.append(batch("a", "1"));
            CompletableFuture<?> second = journal.append(batch("a", "2"));
            CompletableFuture<?> third = journal.append(batch("a", "3"));
            assertThat(third).isCompletedExceptionally();
            assertThat(reason(third)).isEqualTo(Reason.UNAVAILABLE);
            gate.countDown();
            get(first);
            get(second);
            get(journal.append(batch("a", "4")));
        }
    }

    @Test
    void waiting_data_is_bounded_in_bytes_and_a_batch_beyond_all_bounds_is_a_mistake() throws Exception {
        JournalOptions options = JournalOptions.of(directory, "h1").withQueue(100, 10_000);
        try (SqliteJournal journal = SqliteJournal.open(options, new TestJournals.Hands())) {
            CountDownLatch gate = hold(journal);
            CompletableFuture<?> first = journal.append(batch("a", "x".repeat(6_000)));
            assertThat(reason(journal.append(batch("a", "x".repeat(6_000))))).isEqualTo(Reason.UNAVAILABLE);
            gate.countDown();
            get(first);
            assertThatThrownBy(() -> journal.append(batch("a", "x".repeat(11_000))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void an_entry_of_any_size_is_passed_over_and_an_answer_is_bounded_in_characters() throws Exception {
        try (SqliteJournal journal = open(directory)) {
            get(journal.append(batch("a", "first")));
        }
        String insert = "INSERT INTO entry (type, subject, time, recorded, severity, correlation, data)"
                + " SELECT type, subject, time, recorded, severity, correlation, ";
        sql(directory, insert + "replace(hex(zeroblob(50000000)), '0', ' ') || data FROM entry WHERE id = 1");
        for (int i = 0; i < 30; i++) {
            sql(directory, insert + "replace(hex(zeroblob(200000)), '0', ' ') || data FROM entry WHERE id = 1");
        }
        try (SqliteJournal journal = open(directory)) {
            List<Event> read = get(journal.read(Query.after(0, 10_000)));
            assertThat(read.get(0).id()).isEqualTo(1);
            assertThat(read.get(1).id()).as("the next but the huge one").isEqualTo(3);
            assertThat(read).as("of 12 MB").hasSizeBetween(10, 12);
            assertThat(journal.skipped()).isEqualTo(1);
            assertThat(get(journal.read(Query.after(read.get(read.size() - 1).id(), 10_000))))
                    .isNotEmpty();
        }
    }

    @Test
    void closing_finishes_what_was_taken_refuses_the_rest_and_may_be_done_twice() throws Exception {
        List<CompletableFuture<List<Event>>> taken = new ArrayList<>();
        SqliteJournal journal = open(directory);
        for (int i = 0; i < 500; i++) {
            taken.add(journal.append(batch("a", "n" + i)));
        }
        journal.close();
        journal.close();
        assertThat(taken).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        assertThat(reason(journal.append(batch("a", "late")))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(reason(journal.read(Query.after(0, 1)))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(reason(journal.advance("r", 1))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(journal.writable()).isFalse();
        try (SqliteJournal again = open(directory)) {
            assertThat(again.last()).isEqualTo(500);
        }
    }

    @Test
    void a_read_beyond_its_deadline_fails_and_later_ones_work() throws Exception {
        JournalOptions options = JournalOptions.of(directory, "h1").withReadDeadline(Duration.ofMillis(1));
        try (SqliteJournal journal = open(directory)) {
            List<Entry> many = Collections.nCopies(2_000, entry("a", "x".repeat(200)));
            get(journal.append(Batch.of(many)));
            for (int i = 0; i < 9; i++) {
                get(journal.append(Batch.of(many)));
            }
        }
        try (SqliteJournal journal = SqliteJournal.open(options, new TestJournals.Hands())) {
            // the thread that watches deadlines may run late: any read then fails that it runs in
            await().untilAsserted(() ->
                    assertThat(reason(journal.read(Query.after(0, 10_000)))).isEqualTo(Reason.UNAVAILABLE));
        }
        try (SqliteJournal journal = open(directory)) {
            assertThat(get(journal.read(Query.after(0, 10_000)))).hasSize(10_000);
        }
    }

    @Test
    void a_listener_hears_of_each_commit_until_it_is_taken_away_and_may_fail() throws Exception {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        try (SqliteJournal journal = open(directory)) {
            journal.listen(last -> {
                throw new IllegalStateException("a listener's own trouble");
            });
            Runnable away = journal.listen(heard::add);
            get(journal.append(batch("a", "1")));
            get(journal.append(batch("a", "2")));
            get(journal.advance("r", 1));
            away.run();
            get(journal.append(batch("a", "3")));
            assertThat(journal.writable()).isTrue();
        }
        assertThat(heard).containsExactly(1L, 2L);
    }

    /** Keeps the writer busy until the latch opens; costs one entry. */
    private static CountDownLatch hold(SqliteJournal journal) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        journal.listen(last -> {
            held.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        get(journal.append(batch("hold", "hold")));
        held.await();
        return gate;
    }

    static Reason reason(CompletableFuture<?> future) {
        try {
            get(future);
        } catch (Exception e) {
            if (e.getCause() instanceof JournalException cause) {
                assertThat(cause).hasMessageContaining(";").hasMessageNotContaining("\n");
                return cause.reason();
            }
            throw new AssertionError(e);
        }
        throw new AssertionError("it did not fail");
    }
}
