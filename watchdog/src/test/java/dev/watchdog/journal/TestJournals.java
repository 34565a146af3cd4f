package dev.watchdog.journal;

import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the journal's tests share: entries, a clock that stands still until told, and a way to wait. */
final class TestJournals {
    static final Instant START = Instant.parse("2026-01-02T03:04:05.123456Z");

    private TestJournals() {}

    /** A clock in the test's hand. */
    static final class Hands implements HostClock {
        private volatile Moment now = new Moment("boot", Duration.ofHours(1), START);

        @Override
        public Moment now() {
            return now;
        }

        void pass(Duration time) {
            now = new Moment("boot", now.sinceBoot().plus(time), now.wall().plus(time));
        }

        void stepWall(Duration by) {
            now = new Moment("boot", now.sinceBoot(), now.wall().plus(by));
        }
    }

    static SqliteJournal open(Path directory) {
        return SqliteJournal.open(JournalOptions.of(directory, "h1"), new Hands());
    }

    static Entry entry(@Nullable String correlation, String text) {
        return new Entry(
                Subject.parse("container/c1"),
                START,
                Severity.ERROR,
                correlation,
                null,
                new FaultRaised("f", "container.rootfs-lost", Evidence.of(text)));
    }

    static Batch batch(String correlation, String text) {
        return Batch.of(List.of(entry(correlation, text)));
    }

    /** One entry, and the state row and the ledger's line that must never disagree with it. */
    static Batch counted(long number) {
        return new Batch(
                List.of(entry("c" + number % 7, "n" + number)),
                Map.of("count", Optional.of(Long.toString(number))),
                Set.of(),
                Set.of(),
                List.of(new LedgerMark("test", "n" + number, "", START, START.plusSeconds(3_600), 0, true)));
    }

    static String text(Event event) {
        return ((FaultRaised) event.data()).evidence().summary();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(120, TimeUnit.SECONDS);
    }

    /** Runs SQL on the file behind the journal's back; loads SQLite's library by opening a journal first. */
    static void sql(Path directory, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
