package dev.watchdog.journal;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.EncodedBatch.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements that write, prepared once. Runs on: journal-writer. */
final class EntryStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EntryStore.class);

    private static final List<EventData> SAMPLES = List.of(
            new FaultRaised("", "", Evidence.of("")),
            new ActionEvent.Requested("", "", "", "", 1),
            new ActionEvent.Started("", "", "", Evidence.of("")),
            new ActionEvent.Succeeded("", "", "", Evidence.of(""), Map.of("", 0L)),
            new FaultCleared("", "", "", Instant.EPOCH));

    /** Each inserts every sample: the client compiler takes a method up after 200 calls. */
    private static final int WARM_UP_ROUNDS = 50;

    private static final String INSERT =
            "INSERT INTO entry (type, subject, time, recorded, severity, correlation, causation, data)"
                    + " VALUES (?, ?, ?, ?, ?, ?, (SELECT max(id) FROM entry WHERE correlation = ?), ?)"
                    + " RETURNING id, causation";
    private static final String PUT_STATE =
            "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET json = excluded.json";
    private static final String REMOVE_STATE = "DELETE FROM state WHERE key = ?";
    private static final String PIN = "INSERT INTO pin VALUES (?) ON CONFLICT DO NOTHING";
    private static final String UNPIN = "DELETE FROM pin WHERE correlation = ?";
    private static final String ADVANCE =
            "INSERT INTO cursor VALUES (?, ?) ON CONFLICT (reader) DO UPDATE SET id = max(id, excluded.id)";
    private static final String PUT_TIME = "INSERT OR REPLACE INTO meta VALUES ('" + Schema.TIME + "', ?)";
    private static final String LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'entry'";

    private final Statements statements;
    private final String source;
    private final Ledger ledger;

    /** The highest id ever given, dropped ones included: on disk, and with the open transaction. */
    private long durable;

    private long highest;

    EntryStore(Statements statements, String source) throws SQLException {
        this.statements = statements;
        this.source = source;
        ledger = new Ledger(statements, Ledger.MOST);
        try (ResultSet row = statements.of(LAST).executeQuery()) {
            durable = row.next() ? row.getLong(1) : 0;
            highest = durable;
        }
    }

    void begin() throws SQLException {
        statements.of("BEGIN IMMEDIATE").execute();
    }

    void commit() throws SQLException {
        statements.of("COMMIT").execute();
        durable = highest;
        ledger.committed();
    }

    /** Leaves any transaction, after an error. */
    void rollback() {
        highest = durable;
        ledger.takenBack();
        statements.reset();
    }

    /**
     * Goes the way of appends and takes it back: so that the first real one does not wait for classes to load (hundreds
     * of milliseconds on a cold start), and often enough for the JVM to compile it. Never fails: what is wrong will show
     * when it matters.
     */
    void warmUp(Instant now) {
        try {
            begin();
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                for (EventData data : SAMPLES) {
                    Row row = Row.of(new Entry(Subject.HOST, now, Severity.INFO, "warm-up", null, data));
                    insert(row, now);
                    EntryCodec.decode(row.type(), row.json());
                }
                write("warm-up", Optional.of("{}"));
                run(PIN, "warm-up");
                run(UNPIN, "warm-up");
                rememberForWarmUp(i, now);
            }
        } catch (SQLException e) {
            LOG.debug("journal: warm-up failed", e);
        } finally {
            rollback();
        }
    }

    private void rememberForWarmUp(int round, Instant now) throws SQLException {
        Entry entry = new Entry(
                Subject.HOST, now, Severity.INFO, "warm-up", null, new CommandEvent.Succeeded("", "", Evidence.of("")));
        Row row = Row.of(entry);
        ledger.write(new LedgerMark("warm-up", "" + round, "", now, now, 0, true), row, insert(row, now));
    }

    /** Writes one batch inside the transaction that is open. */
    List<Event> write(EncodedBatch encoded, Instant recorded) throws SQLException {
        List<Event> events = new ArrayList<>(encoded.rows().size());
        for (Row row : encoded.rows()) {
            events.add(insert(row, recorded));
        }
        Batch batch = encoded.batch();
        for (var change : batch.state().entrySet()) {
            write(change.getKey(), change.getValue());
        }
        for (String correlation : batch.unpin()) {
            run(UNPIN, correlation);
        }
        for (String correlation : batch.pin()) {
            run(PIN, correlation);
        }
        for (LedgerMark mark : batch.ledger()) {
            ledger.write(mark, encoded.rows().get(mark.entry()), events.get(mark.entry()));
        }
        return List.copyOf(events);
    }

    Event insert(Row row, Instant recorded) throws SQLException {
        Entry entry = row.entry();
        PreparedStatement insert = statements.of(INSERT);
        long recordedMicros = EncodedBatch.micros(recorded);
        insert.setString(1, row.type());
        insert.setString(2, entry.subject().toString());
        insert.setLong(3, row.time());
        insert.setLong(4, recordedMicros);
        insert.setString(5, entry.severity().name());
        insert.setString(6, entry.correlation());
        insert.setString(7, entry.causedBy() == null ? entry.correlation() : entry.causedBy());
        insert.setString(8, row.json());
        try (ResultSet result = insert.executeQuery()) {
            highest = result.getLong(1);
            return new Event(
                    source,
                    highest,
                    entry.subject(),
                    EncodedBatch.instant(row.time()),
                    EncodedBatch.instant(recordedMicros),
                    entry.severity(),
                    entry.correlation(),
                    causation(result, 2),
                    entry.data());
        }
    }

    Ledger ledger() {
        return ledger;
    }

    void advance(String reader, long id) throws SQLException {
        PreparedStatement advance = statements.of(ADVANCE);
        advance.setString(1, reader);
        advance.setLong(2, id);
        advance.executeUpdate();
    }

    /** Keeps what is known of the time. */
    void remember(TimeProof proof) throws SQLException {
        run(PUT_TIME, proof.text());
    }

    /** Writes enough to be sure that the next entries will find room, too; leaves nothing behind. */
    void probe() throws SQLException {
        statements.run("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(65536))", "DELETE FROM probe");
    }

    /** The highest id that is on disk, or was: dropped ones count. */
    long last() {
        return durable;
    }

    static @Nullable String causation(ResultSet row, int column) throws SQLException {
        long id = row.getLong(column);
        return row.wasNull() ? null : Long.toString(id);
    }

    private void write(String key, Optional<String> json) throws SQLException {
        if (json.isEmpty()) {
            run(REMOVE_STATE, key);
        } else {
            PreparedStatement putState = statements.of(PUT_STATE);
            putState.setString(1, key);
            putState.setString(2, json.get());
            putState.executeUpdate();
        }
    }

    private void run(String sql, String key) throws SQLException {
        PreparedStatement statement = statements.of(sql);
        statement.setString(1, key);
        statement.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        statements.close();
    }
}
