package dev.watchdog.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's statements, prepared when first used and kept. sqlite-jdbc finalizes a statement whose step failed for
 * want of space or with an I/O error, and later uses of it then fail, too: after an error all are made anew. Runs on:
 * journal-writer.
 */
final class Statements implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Statements.class);

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    PreparedStatement of(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /**
     * For what is run so seldom that it is not worth keeping. By executeUpdate, which takes all steps of a statement:
     * execute takes only the first, and incremental_vacuum gives back one page a step.
     */
    void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }

    /** After an error: forgets all statements and leaves any transaction. */
    void reset() {
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.debug("journal: closing a statement after an error", e);
            }
        }
        prepared.clear();
        try {
            run("ROLLBACK");
        } catch (SQLException e) {
            LOG.trace("journal: SQLite had left the transaction by itself", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
