package dev.watchdog.journal;

import dev.watchdog.events.Event;
import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one SQLite file: write-ahead log, {@code synchronous=FULL}, so an append is on disk when its future
 * completes. Two threads: {@code journal-writer} and {@code journal-reader}.
 */
public final class SqliteJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final JournalOptions options;
    private final String id;
    private final String source;
    private final Instant created;
    private final TrustedTime time;
    private final JournalLock lock;
    private final JournalWriter writer;
    private final JournalReader reader;
    private final EntryQuery query;
    private final Retention retention;
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteJournal(
            JournalOptions options, HostClock clock, JournalLock lock, Connection writing, Connection reading)
            throws SQLException, IOException {
        this.options = options;
        this.lock = lock;
        id = readId(writing);
        readId(reading); // opens its files now: later there may be others in their place
        created = EntryQuery.meta(writing, Schema.CREATED)
                .map(micros -> EncodedBatch.instant(Long.parseLong(micros)))
                .orElse(Instant.EPOCH);
        time = time(writing, clock);
        TrustedTime.Reading ignored = time.read(clock);
        source = "/hosts/" + options.hostId() + "/" + id;
        Statements statements = new Statements(writing);
        EntryStore store = new EntryStore(statements, source);
        Checkpoint checkpoint = new Checkpoint(statements, new Database(options.directory()).wal(), options.walLimit());
        retention = new Retention(options, store, statements);
        reader = new JournalReader(options, reading);
        OpenFiles files = OpenFiles.in(options.directory());
        writer = new JournalWriter(options, files, store, checkpoint, retention, clock, time, this::tell);
        query = new EntryQuery(source);
    }

    /**
     * Opens the journal, making it when there is none. Blocks on the disk: call it from a worker.
     *
     * @throws JournalException LOCKED, NEWER, DAMAGED, UNTRUSTED or UNWRITABLE; nothing is left open then
     */
    public static SqliteJournal open(JournalOptions options, HostClock clock) {
        JournalDirectory.prepare(options.directory());
        JournalLock lock = JournalLock.take(options.directory());
        try {
            NativeLibrary.load(options.directory());
            Database database = new Database(options.directory());
            database.inspect();
            return connect(options, clock, lock, database);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Copies the files of a journal that no agent holds, to be opened there. Blocks on the disk.
     *
     * @param to made when it is missing
     * @throws JournalException LOCKED while an agent holds it, or UNWRITABLE when it cannot be read or copied
     */
    public static void copy(Path from, Path to) {
        if (!Files.isRegularFile(from.resolve(Database.FILE))) {
            throw new JournalException(
                    Reason.UNWRITABLE, "there is no journal in " + from + ": no " + Database.FILE + " is there");
        }
        // one that nobody can write, such as a backup, no agent can hold
        JournalLock lock = Files.isWritable(from) ? JournalLock.take(from) : null;
        try {
            Files.createDirectories(to);
            for (String file : List.of(Database.FILE, Database.WAL)) {
                if (Files.exists(from.resolve(file))) {
                    Files.copy(from.resolve(file), to.resolve(file));
                }
            }
        } catch (IOException e) {
            throw new JournalException(
                    Reason.UNWRITABLE, "the journal in " + from + " cannot be copied to be read: " + e, e);
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    private static SqliteJournal connect(JournalOptions options, HostClock clock, JournalLock lock, Database database) {
        Connection writing = null;
        Connection reading = null;
        try {
            writing = database.writer(clock.now().wall());
            reading = database.reader();
            SqliteJournal journal = new SqliteJournal(options, clock, lock, writing, reading);
            journal.writer.start();
            return journal;
        } catch (SQLException e) {
            close(reading);
            close(writing);
            throw SqliteTrouble.of(e, options.directory());
        } catch (IOException e) {
            close(reading);
            close(writing);
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "the journal in " + options.directory() + " cannot be opened (" + e.getMessage()
                            + "); leave the directory to one agent",
                    e);
        }
    }

    @SuppressWarnings("EmptyCatch") // what matters is the error that led here
    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException ignored) {
        }
    }

    private static String readId(Connection connection) throws SQLException {
        return EntryQuery.meta(connection, "journal").orElseThrow();
    }

    /** Of a journal that does not know the time yet, the newest entry tells what has been. */
    private static TrustedTime time(Connection connection, HostClock clock) throws SQLException {
        Optional<TimeProof> known = EntryQuery.meta(connection, Schema.TIME).flatMap(TimeProof::parse);
        if (known.isPresent()) {
            return new TrustedTime(known.get());
        }
        Moment now = clock.now();
        Instant last = EntryQuery.lastRecorded(connection).orElse(now.wall());
        return new TrustedTime(TimeProof.first(now, last.isBefore(now.wall()) ? last : now.wall()));
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public String id() {
        return id;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException at once, if the batch is larger than {@link JournalOptions#queueBytes} or holds
     *     what cannot be stored: no later attempt could succeed
     */
    @Override
    public CompletableFuture<List<Event>> append(Batch batch) {
        EncodedBatch encoded = EncodedBatch.of(batch);
        if (encoded.bytes() > options.queueBytes()) {
            throw new IllegalArgumentException("a batch of " + encoded.bytes() + " bytes is too large for the journal");
        }
        return submit(new Job<>(encoded.bytes(), (store, recorded) -> {
            if (!batch.unpin().isEmpty()) {
                retention.unpinned();
            }
            return store.write(encoded, recorded);
        }));
    }

    @Override
    public CompletableFuture<Map<String, String>> state() {
        return reader.submit(EntryQuery::state);
    }

    @Override
    public CompletableFuture<List<Event>> read(Query wanted) {
        return reader.submit(connection -> query.read(connection, wanted));
    }

    @Override
    public CompletableFuture<Optional<LedgerRow>> command(String sender, String command) {
        return reader.submit(connection -> EntryQuery.command(connection, source, sender, command));
    }

    @Override
    public boolean ledgerFull() {
        return writer.ledgerFull();
    }

    @Override
    public TrustedTime time() {
        return time;
    }

    @Override
    public Instant created() {
        return created;
    }

    /** How many times an entry was passed over because this version does not know its type or cannot read it. */
    public long skipped() {
        return query.skipped();
    }

    @Override
    public CompletableFuture<Long> cursor(String name) {
        return reader.submit(connection -> EntryQuery.cursor(connection, name));
    }

    @Override
    public CompletableFuture<Void> advance(String name, long upTo) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        CompletableFuture<Long> written = submit(new Job<>(name.length(), (store, recorded) -> {
            store.advance(name, upTo);
            return upTo;
        }));
        CompletableFuture<Long> unused = written.whenComplete((done, error) -> {
            if (error == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(error);
            }
        });
        return answer;
    }

    private <T> CompletableFuture<T> submit(Job<T> job) {
        writer.submit(job);
        return job.future();
    }

    @Override
    public long last() {
        return writer.last();
    }

    @Override
    public boolean writable() {
        return writer.writable();
    }

    @Override
    public Runnable listen(LongConsumer listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(long last) {
        for (LongConsumer listener : listeners) {
            try {
                listener.accept(last);
            } catch (RuntimeException e) {
                LOG.error("journal: a listener failed", e);
            }
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        reader.close();
        if (writer.close(CLOSE)) {
            lock.close();
        } else {
            // a late commit may still come: the lock stays until the process ends
            LOG.error("journal: {} does not finish writing; its disk hangs", options.directory());
        }
    }
}
