package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.batch;
import static dev.watchdog.journal.TestJournals.entry;
import static dev.watchdog.journal.TestJournals.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Event;
import dev.watchdog.events.JournalTruncated;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final long SIZE = 2 << 20;

    @TempDir
    Path directory;

    private final TestJournals.Hands clock = new TestJournals.Hands();

    @Test
    void entries_that_are_too_old_go_oldest_first_except_pinned_ones() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1").withMaxAge(Duration.ofDays(3)))) {
            get(journal.append(pinned("open", "1")));
            get(journal.append(batch("b", "2")));
            get(journal.append(batch("c", "3")));
            get(journal.append(batch("open", "4")));
            get(journal.advance("kafka", 2));
            get(journal.advance("web", 9));
            clock.pass(Duration.ofDays(4));
            get(journal.append(batch("d", "5")));
            await().until(() -> !truncations(journal).isEmpty());
            assertThat(get(journal.read(Query.after(0, 9))))
                    .extracting(Event::id)
                    .containsExactly(1L, 4L, 5L, 6L);
            Event told = get(journal.read(Query.after(5, 1))).get(0);
            assertThat(told.subject()).isEqualTo(Subject.HOST);
            assertThat(told.severity()).isEqualTo(Severity.WARN);
            assertThat(told.data())
                    .isEqualTo(
                            new JournalTruncated(2, 3, 2, 1, "entries were older than the journal's maxAge of PT72H"));
            assertThat(journal.last()).isEqualTo(6);
        }
    }

    @Test
    void ids_that_were_dropped_never_come_back() throws Exception {
        JournalOptions options = JournalOptions.of(directory, "h1").withMaxAge(Duration.ofDays(3));
        try (SqliteJournal journal = open(options)) {
            get(journal.append(batch("a", "1")));
        }
        TestJournals.sql(directory, "DELETE FROM entry");
        try (SqliteJournal journal = open(options)) {
            assertThat(journal.last()).isEqualTo(1);
            assertThat(get(journal.append(batch("a", "2"))).get(0).id()).isEqualTo(2);
        }
    }

    @Test
    void the_files_stay_within_the_size_while_entries_keep_coming() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1").withMaxSize(SIZE))) {
            get(journal.append(pinned("open", "first")));
            for (int i = 0; i < 80; i++) {
                get(journal.append(Batch.of(Collections.nCopies(200, entry("n" + i, "x".repeat(300))))));
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> files() <= SIZE * 1.15);
            await().until(() -> !truncations(journal).isEmpty());
            List<Event> left = get(journal.read(Query.after(0, 10_000)));
            assertThat(left.get(0).id()).isEqualTo(1);
            assertThat(left).hasSizeGreaterThan(500);
            assertAllAccountedFor(journal);
        }
    }

    @Test
    void a_smaller_limit_shrinks_the_file() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1"))) {
            for (int i = 0; i < 40; i++) {
                get(journal.append(Batch.of(Collections.nCopies(500, entry("n" + i, "x".repeat(300))))));
            }
        }
        assertThat(files()).isGreaterThan(4 * SIZE);
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1").withMaxSize(SIZE))) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !truncations(journal).isEmpty());
            assertAllAccountedFor(journal);
        }
        assertThat(Files.size(directory.resolve("journal.db"))).isLessThanOrEqualTo(SIZE);
    }

    @Test
    void when_all_that_is_left_is_pinned_it_stops_and_appends_go_on() throws Exception {
        try (SqliteJournal journal = open(JournalOptions.of(directory, "h1").withMaxSize(SIZE))) {
            List<Entry> open = Collections.nCopies(500, entry("open", "x".repeat(300)));
            for (int i = 0; i < 20; i++) {
                get(journal.append(new Batch(open, Map.of(), Set.of("open"), Set.of())));
            }
            for (int i = 0; i < 50; i++) {
                get(journal.append(batch("open", "still")));
            }
            assertThat(get(journal.read(Query.of("open")))).hasSize(10_000);
            assertThat(truncations(journal)).isEmpty();
            assertThat(journal.writable()).isTrue();
            get(journal.append(new Batch(List.of(), Map.of(), Set.of(), Set.of("open"))));
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !truncations(journal).isEmpty());
            assertAllAccountedFor(journal);
        }
    }

    @Test
    void what_is_unpinned_behind_the_back_of_a_run_is_dropped_by_the_next() throws Exception {
        JournalOptions options = JournalOptions.of(directory, "h1").withMaxSize(SIZE);
        open(options).close();
        try (Connection writing = new Database(directory).writer(TestJournals.START);
                Statements statements = new Statements(writing);
                EntryStore store = new EntryStore(statements, "/hosts/h1/j")) {
            List<Entry> open = Collections.nCopies(500, entry("open", "x".repeat(300)));
            Batch pinned = new Batch(open, Map.of(), Set.of("open"), Set.of());
            for (int i = 0; i < 20; i++) {
                store.write(EncodedBatch.of(pinned), TestJournals.START);
            }
            Retention retention = new Retention(options, store, statements);
            for (int passed = 0; passed < 15; passed++) {
                assertThat(retention.step(clock.now(), clock.now().wall(), store.last()))
                        .isTrue();
            }
            Batch closing = new Batch(List.of(), Map.of(), Set.of(), Set.of("open"));
            retention.unpinned();
            store.write(EncodedBatch.of(closing), TestJournals.START);
            int steps = 0;
            while (retention.step(clock.now(), clock.now().wall(), store.last())) {
                assertThat(steps++).isLessThan(10_000);
            }
            assertThat(new PageCount(statements).used()).isLessThanOrEqualTo(options.databaseLimit());
        }
    }

    private SqliteJournal open(JournalOptions options) {
        return SqliteJournal.open(options, clock);
    }

    private static Batch pinned(String correlation, String text) {
        return new Batch(List.of(entry(correlation, text)), Map.of(), Set.of(correlation), Set.of());
    }

    /** Every id is either still there or counted as dropped, once the drops have come to rest. */
    private static void assertAllAccountedFor(SqliteJournal journal) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            long last = journal.last();
            List<Event> left = new ArrayList<>();
            for (List<Event> page = get(journal.read(Query.after(0, 10_000)));
                    !page.isEmpty();
                    page = get(
                            journal.read(Query.after(left.get(left.size() - 1).id(), 10_000)))) {
                left.addAll(page);
            }
            long dropped = truncations(journal).stream()
                    .mapToLong(JournalTruncated::count)
                    .sum();
            assertThat(left.size() + dropped).isEqualTo(last);
        });
    }

    private static List<JournalTruncated> truncations(SqliteJournal journal) throws Exception {
        Query query = new Query(0, 10_000, null, Set.of("dev.watchdog.journal.truncated.v1"));
        return get(journal.read(query)).stream()
                .map(event -> (JournalTruncated) event.data())
                .toList();
    }

    private long files() throws IOException {
        long sum = Files.size(directory.resolve("journal.db"));
        Path wal = directory.resolve("journal.db-wal");
        return Files.exists(wal) ? sum + Files.size(wal) : sum;
    }
}
