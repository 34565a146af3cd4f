package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.sqlite.SQLiteConfig;

/** The journal's file and the connections to it. */
final class Database {
    static final String FILE = "journal.db";
    static final String WAL = "journal.db-wal";

    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The file begins with a header of 100 bytes: sqlite.org/fileformat.html, 1.3. */
    private static final int HEADER = 100;

    private static final int USER_VERSION_AT = 60;
    private static final int APPLICATION_AT = 68;
    private static final String MAGIC = "SQLite format 3\0";

    /** Somebody with the sqlite3 shell may hold the write lock for a moment. */
    private static final int BUSY_MILLIS = 2_000;

    private final Path directory;
    private final Path file;

    Database(Path directory) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
    }

    Path directory() {
        return directory;
    }

    Path wal() {
        return directory.resolve(WAL);
    }

    /**
     * Refuses a file that is not ours to open, by its first bytes alone: opening it with SQLite could already change
     * it. Makes an empty one when there is none.
     */
    void inspect() {
        try {
            if (Files.notExists(file)) {
                Files.createFile(file, PRIVATE_FILE);
                return;
            }
            byte[] header;
            try (InputStream in = Files.newInputStream(file)) {
                header = in.readNBytes(HEADER);
            }
            if (header.length == 0) {
                return;
            }
            if (header.length < HEADER
                    || !new String(header, 0, MAGIC.length(), StandardCharsets.US_ASCII).equals(MAGIC)) {
                throw damaged("journal.db is not an SQLite database");
            }
            ByteBuffer fields = ByteBuffer.wrap(header);
            check(fields.getInt(USER_VERSION_AT), fields.getInt(APPLICATION_AT));
        } catch (IOException e) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "the journal in " + directory + " cannot be opened (" + e
                            + "); give this user a directory it can write",
                    e);
        }
    }

    /**
     * The one connection that writes, with the schema brought up to date.
     *
     * @param now kept as the time when the journal was made, if it is made now
     */
    Connection writer(Instant now) throws SQLException {
        Connection connection = connect(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA auto_vacuum=INCREMENTAL"); // only takes effect on a new file
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA wal_autocheckpoint=0"); // never in the path of an append
            int version = number(statement, "PRAGMA user_version");
            check(version, number(statement, "PRAGMA application_id"));
            Schema.migrate(connection, version, now);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection that can only read. */
    Connection reader() throws SQLException {
        return connect(true);
    }

    private Connection connect(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    private void check(int version, int application) {
        if (version > Schema.version()) {
            throw new JournalException(
                    Reason.NEWER,
                    "the journal in " + directory + " was written by a newer agent (version " + version
                            + ", this one knows " + Schema.version()
                            + "); run that agent, or give this one a journal directory of its own");
        }
        boolean fresh = version == 0 && application == 0;
        if (!fresh && application != Schema.APPLICATION) {
            throw damaged("journal.db is another program's database");
        }
    }

    private JournalException damaged(String what) {
        return SqliteTrouble.damaged(directory, what, new IOException(file.toString()));
    }

    private static int number(Statement statement, String pragma) throws SQLException {
        try (ResultSet row = statement.executeQuery(pragma)) {
            return row.getInt(1);
        }
    }
}
