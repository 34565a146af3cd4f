package dev.watchdog.journal;

import dev.watchdog.events.Event;
import dev.watchdog.journal.EncodedBatch.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * Remembers commands and their final answers, so that none is carried out twice however often it is delivered. A
 * command is forgotten after its time, and earlier only when there are more than {@link #MOST} and it could not be
 * carried out any more. Runs on: journal-writer.
 */
final class Ledger {
    /** About 60 MB of commands. */
    static final int MOST = 100_000;

    private static final int STEP_ROWS = 500;

    private static final String OPEN =
            "INSERT INTO command (source, id, digest, live, keep) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String ANSWER = "UPDATE command SET answer = ?, type = ?, subject = ?, time = ?, recorded = ?,"
            + " severity = ?, causation = ?, data = ? WHERE source = ? AND id = ? AND answer IS NULL";
    private static final String COUNT = "SELECT count(*) FROM command";
    private static final String DONE = " (answer IS NOT NULL OR id NOT IN (SELECT correlation FROM pin))";
    private static final String FORGET_OLD = "DELETE FROM command WHERE rowid IN (SELECT rowid FROM command"
            + " WHERE keep < ?1 AND live < ?1 AND" + DONE + " LIMIT " + STEP_ROWS + ")";
    private static final String FORGET_MORE = "DELETE FROM command WHERE rowid IN (SELECT rowid FROM command"
            + " WHERE live < ?1 AND" + DONE + " ORDER BY keep LIMIT ?2)";

    private final Statements statements;
    private final int most;

    /** On disk, and with the open transaction. */
    private volatile long durable;

    private long count;

    Ledger(Statements statements, int most) throws SQLException {
        this.statements = statements;
        this.most = most;
        try (ResultSet row = statements.of(COUNT).executeQuery()) {
            count = row.getLong(1);
        }
        durable = count;
    }

    /** True when there are a tenth too many, none of which may be forgotten. Any thread. */
    boolean full() {
        return durable >= most + most / 10;
    }

    void committed() {
        durable = count;
    }

    void takenBack() {
        count = durable;
    }

    /** Inside the transaction that also writes the event. */
    void write(LedgerMark mark, Row row, Event event) throws SQLException {
        PreparedStatement open = statements.of(OPEN);
        open.setString(1, mark.source());
        open.setString(2, mark.id());
        open.setString(3, mark.digest());
        open.setLong(4, EncodedBatch.micros(mark.liveUntil()));
        open.setLong(5, EncodedBatch.micros(mark.keepUntil()));
        count += open.executeUpdate();
        if (mark.answer()) {
            answer(mark, row, event);
        }
    }

    private void answer(LedgerMark mark, Row row, Event event) throws SQLException {
        PreparedStatement answer = statements.of(ANSWER);
        answer.setLong(1, event.id());
        answer.setString(2, row.type());
        answer.setString(3, event.subject().toString());
        answer.setLong(4, row.time());
        answer.setLong(5, EncodedBatch.micros(event.recorded()));
        answer.setString(6, event.severity().name());
        answer.setString(7, event.causation());
        answer.setString(8, row.json());
        answer.setString(9, mark.source());
        answer.setString(10, mark.id());
        answer.executeUpdate();
    }

    /**
     * Takes one step of forgetting, inside the open transaction.
     *
     * @param now must never be ahead of the time by which expiry is judged
     * @return true if there may be more to forget
     */
    boolean forget(Instant now) throws SQLException {
        PreparedStatement old = statements.of(FORGET_OLD);
        old.setLong(1, EncodedBatch.micros(now));
        long forgotten = old.executeUpdate();
        long over = count - forgotten - most;
        if (over > 0) {
            PreparedStatement more = statements.of(FORGET_MORE);
            more.setLong(1, EncodedBatch.micros(now));
            more.setLong(2, Math.min(over, STEP_ROWS));
            forgotten += more.executeUpdate();
        }
        count -= forgotten;
        return forgotten > 0;
    }
}
