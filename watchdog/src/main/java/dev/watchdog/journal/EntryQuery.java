package dev.watchdog.journal;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be asked of the tables. Runs on: journal-reader. */
final class EntryQuery {
    private static final Logger LOG = LoggerFactory.getLogger(EntryQuery.class);

    /**
     * One answer holds at most so many characters of data (and at least one entry), to bound memory: what they are
     * decoded to takes several times as much.
     */
    private static final long ANSWER_CHARS = 4 << 20;

    /**
     * An entry whose data have more characters is not read into memory at all. None that an agent writes has half as
     * many: see {@link dev.watchdog.events.Evidence}.
     */
    private static final int ENTRY_CHARS = 1 << 20;

    private static final String DATA = "CASE WHEN length(data) <= " + ENTRY_CHARS + " THEN data END AS data";
    private static final String ENTRY =
            "SELECT id, type, subject, time, recorded, severity, correlation, causation, " + DATA + " FROM entry";
    private static final String COMMAND = "SELECT source, id, digest, keep, answer, type, subject, time, recorded,"
            + " severity, causation, " + DATA + " FROM command WHERE id = ? AND source = ?";

    private final String source;
    private final AtomicLong skipped = new AtomicLong();

    EntryQuery(String source) {
        this.source = source;
    }

    /** How many times an entry was passed over because this version cannot read it. */
    long skipped() {
        return skipped.get();
    }

    List<Event> read(Connection connection, Query query) throws SQLException {
        List<Event> events = new ArrayList<>();
        long chars = 0;
        // no LIMIT: rows that are skipped must not make an answer look like the end
        try (PreparedStatement statement = connection.prepareStatement(sql(query))) {
            bind(statement, query);
            try (ResultSet row = statement.executeQuery()) {
                while (events.size() < query.limit() && chars < ANSWER_CHARS && row.next()) {
                    String json = row.getString("data");
                    event(row, json).ifPresentOrElse(events::add, () -> skip(query));
                    chars += json == null ? 0 : json.length();
                }
            }
        }
        return List.copyOf(events);
    }

    static Map<String, String> state(Connection connection) throws SQLException {
        Map<String, String> state = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT key, json FROM state");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                state.put(row.getString(1), row.getString(2));
            }
        }
        return Map.copyOf(state);
    }

    static long cursor(Connection connection, String reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM cursor WHERE reader = ?")) {
            statement.setString(1, reader);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** The value of {@code meta} under this key. */
    static Optional<String> meta(Connection connection, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT value FROM meta WHERE key = ?")) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** When the newest entry became durable, if there is one. */
    static Optional<Instant> lastRecorded(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT recorded FROM entry ORDER BY id DESC LIMIT 1");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(EncodedBatch.instant(row.getLong(1))) : Optional.empty();
        }
    }

    /** @param self the CloudEvents source of this journal */
    static Optional<LedgerRow> command(Connection connection, String self, String source, String id)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COMMAND)) {
            statement.setString(1, id);
            statement.setString(2, source);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(ledgerRow(row, self)) : Optional.empty();
            }
        }
    }

    private static LedgerRow ledgerRow(ResultSet row, String self) throws SQLException {
        return new LedgerRow(
                row.getString("source"),
                row.getString("id"),
                row.getString("digest"),
                EncodedBatch.instant(row.getLong("keep")),
                answer(row, self));
    }

    private static @Nullable Event answer(ResultSet row, String self) throws SQLException {
        String type = row.getString("type");
        if (type == null) {
            return null;
        }
        EventData data = Optional.ofNullable(row.getString("data"))
                .flatMap(json -> EntryCodec.decode(type, json))
                .orElseThrow(() -> new IllegalStateException("the answer to a command cannot be read: " + type));
        return new Event(
                self,
                row.getLong("answer"),
                Subject.parse(row.getString("subject")),
                EncodedBatch.instant(row.getLong("time")),
                EncodedBatch.instant(row.getLong("recorded")),
                Severity.valueOf(row.getString("severity")),
                row.getString("id"),
                row.getString("causation"),
                data);
    }

    private static String sql(Query query) {
        String sql = ENTRY + " WHERE id > ?";
        if (query.correlation() != null) {
            sql += " AND correlation = ?";
        }
        if (!query.types().isEmpty()) {
            sql += " AND type IN ("
                    + String.join(", ", Collections.nCopies(query.types().size(), "?")) + ")";
        }
        return sql + " ORDER BY id";
    }

    private static void bind(PreparedStatement statement, Query query) throws SQLException {
        int at = 1;
        statement.setLong(at++, query.after());
        if (query.correlation() != null) {
            statement.setString(at++, query.correlation());
        }
        for (String type : query.types()) {
            statement.setString(at++, type);
        }
    }

    private Optional<Event> event(ResultSet row, @Nullable String json) throws SQLException {
        Optional<EventData> data = json == null ? Optional.empty() : EntryCodec.decode(row.getString("type"), json);
        if (data.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Event(
                source,
                row.getLong("id"),
                Subject.parse(row.getString("subject")),
                EncodedBatch.instant(row.getLong("time")),
                EncodedBatch.instant(row.getLong("recorded")),
                Severity.valueOf(row.getString("severity")),
                row.getString("correlation"),
                EntryStore.causation(row, row.findColumn("causation")),
                data.get()));
    }

    private void skip(Query query) {
        if (skipped.getAndIncrement() == 0) {
            LOG.warn(
                    "journal: entries that this version cannot read are passed over, the first above {}",
                    query.after());
        }
    }
}
