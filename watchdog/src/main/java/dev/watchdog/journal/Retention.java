package dev.watchdog.journal;

import dev.watchdog.events.JournalTruncated;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the oldest entries that are not pinned, in small steps, when they are too old or take too much room. A run is
 * the steps from the first drop until the limits hold; it ends with one {@link JournalTruncated}. What a run has
 * dropped so far is kept in the database with each step, so that a crash does not hide it. Runs on: journal-writer.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final int STEP_ROWS = 500;

    /** A run by size goes down to this share of the limit, so that it does not begin anew with each append. */
    private static final double LOW_WATER = 0.95;

    /** Above this share, entries are dropped although appends are waiting. */
    private static final double CLEARLY_OVER = 1.05;

    /** So many new entries make another look worth it when all that is left was pinned. */
    private static final long STUCK_ROWS = 1_000;

    private static final int SHRINK_PAGES = 256;

    private static final String FREE = " AND (correlation IS NULL OR correlation NOT IN (SELECT correlation FROM pin))";
    private static final String WINDOW =
            "SELECT max(id) FROM (SELECT id FROM entry WHERE id > ? ORDER BY id LIMIT " + STEP_ROWS + ")";
    private static final String YOUNG = "SELECT min(id) FROM entry WHERE id > ? AND id <= ? AND recorded >= ?" + FREE;
    private static final String VICTIMS = "SELECT count(*), min(id), max(id),"
            + " count(CASE WHEN id > (SELECT min(id) FROM cursor) THEN 1 END)"
            + " FROM entry WHERE id > ? AND id <= ?" + FREE;
    private static final String DELETE = "DELETE FROM entry WHERE id > ? AND id <= ?" + FREE;

    private final JournalOptions options;
    private final EntryStore store;
    private final Duration agePeriod;
    private final Statements statements;
    private final PageCount pages;
    private final TruncationTally tally;

    private @Nullable String why;
    private long position;
    private @Nullable Moment ageChecked;
    private long stuckUntil;
    private boolean freed;

    Retention(JournalOptions options, EntryStore store, Statements statements) throws SQLException {
        this.options = options;
        this.store = store;
        this.statements = statements;
        Duration slack = options.maxAge().dividedBy(30);
        Duration most = Duration.ofDays(1);
        Duration least = Duration.ofSeconds(1);
        agePeriod = slack.compareTo(most) > 0 ? most : slack.compareTo(least) < 0 ? least : slack;
        pages = new PageCount(statements);
        tally = new TruncationTally(statements);
        why = tally.unfinished();
    }

    /** Some correlation is no longer pinned: there may be something to drop again. */
    void unpinned() {
        stuckUntil = 0;
        freed = true;
    }

    /** True when a step should be taken although appends are waiting. */
    boolean pressing(long last) throws SQLException {
        return last >= stuckUntil && pages.used() > options.databaseLimit() * CLEARLY_OVER;
    }

    /**
     * Takes one step, if there is anything to do.
     *
     * @param time what age is counted from: the wall clock may have been set
     * @return true if there is more to do right away
     */
    boolean step(Moment now, Instant time, long last) throws SQLException {
        if (why == null && !start(now, last)) {
            return pages.total() > options.databaseLimit() && shrink();
        }
        store.begin();
        try {
            boolean finished = drop(time);
            if (finished) {
                finish(now);
            }
            store.commit();
            if (finished) {
                why = null;
                // what was unpinned behind the run's back is for the next one
                stuckUntil = !freed && pages.used() > options.databaseLimit() ? stuck(last) : 0;
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            store.rollback();
            position = 0;
            throw e;
        }
    }

    private boolean start(Moment now, long last) throws SQLException {
        position = 0;
        freed = false;
        if (pages.used() > options.databaseLimit()) {
            why = last >= stuckUntil ? "size" : null;
        }
        if (why == null && (ageChecked == null || ageDue(ageChecked, now))) {
            ageChecked = now;
            why = "age";
        }
        return why != null;
    }

    private boolean ageDue(Moment before, Moment now) {
        return now.sinceBoot().minus(before.sinceBoot()).compareTo(agePeriod) >= 0;
    }

    /** Drops what may go among the next rows; true when the run is over. */
    private boolean drop(Instant time) throws SQLException {
        boolean bySize = "size".equals(why);
        if (bySize && pages.used() <= options.databaseLimit() * LOW_WATER) {
            return true;
        }
        Long end = ask(WINDOW, position);
        if (end == null) {
            return true;
        }
        boolean finished = false;
        if (!bySize) {
            long cutoff = EncodedBatch.micros(time.minus(options.maxAge()));
            Long stop = ask(YOUNG, position, end, cutoff);
            if (stop != null) {
                end = stop - 1;
                finished = true;
            }
        }
        PreparedStatement victims = statements.of(VICTIMS);
        victims.setLong(1, position);
        victims.setLong(2, end);
        try (ResultSet row = victims.executeQuery()) {
            if (row.getLong(1) > 0) {
                tally.add(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), String.valueOf(why));
            }
        }
        PreparedStatement delete = statements.of(DELETE);
        delete.setLong(1, position);
        delete.setLong(2, end);
        delete.executeUpdate();
        position = end;
        return finished;
    }

    private void finish(Moment now) throws SQLException {
        JournalTruncated truncated = tally.take(reason());
        if (truncated != null) {
            Entry entry = new Entry(Subject.HOST, now.wall(), Severity.WARN, null, null, truncated);
            store.insert(EncodedBatch.Row.of(entry), now.wall());
        }
    }

    private String reason() {
        return "size".equals(why)
                ? "the journal reached its maxSize of " + options.maxSize() + " bytes"
                : "entries were older than the journal's maxAge of " + options.maxAge();
    }

    private long stuck(long last) {
        if (stuckUntil == 0) {
            LOG.warn(
                    "journal: entries of open faults, running actions and live commands alone take more than maxSize"
                            + " ({} bytes), nothing more can be dropped; raise journal.maxSize or close them",
                    options.maxSize());
        }
        return last + STUCK_ROWS;
    }

    private boolean shrink() throws SQLException {
        long before = pages.total();
        statements.run("PRAGMA incremental_vacuum(" + SHRINK_PAGES + ")");
        return pages.total() < before;
    }

    private @Nullable Long ask(String sql, long... arguments) throws SQLException {
        PreparedStatement statement = statements.of(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setLong(i + 1, arguments[i]);
        }
        try (ResultSet row = statement.executeQuery()) {
            long value = row.getLong(1);
            return row.wasNull() ? null : value;
        }
    }
}
