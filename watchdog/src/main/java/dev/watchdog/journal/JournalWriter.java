package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Each turn takes what waits, writes it in one transaction and tells those who wait after
 * the commit, so that a lone append is committed at once and many share one fdatasync. Between turns it keeps house:
 * moves the log, drops what is old, and finds out whether it can write again.
 */
final class JournalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

    private static final int TURN_JOBS = 256;
    private static final long TURN_BYTES = 1 << 20;

    /** After so much data it looks whether retention must go on although appends wait; then as many steps at most. */
    private static final long PRESSURE_BYTES = 256 << 10;

    private static final int PRESSURE_STEPS = 4;

    /** After so long without an append it keeps house; at rest it looks again after so long. */
    private static final Duration QUIET = Duration.ofMillis(20);

    /** Also the longest that a journal which was taken away is not noticed while nothing is written. */
    private static final Duration REST = Duration.ofSeconds(15);

    /** A turn that takes longer means a disk that hangs. */
    private static final Duration STALLED = Duration.ofSeconds(5);

    /** After so many failures in a row, the rest of a turn fails without being tried one by one. */
    private static final int GIVE_UP = 2;

    private final Path directory;
    private final OpenFiles files;
    private final EntryStore store;
    private final Checkpoint checkpoint;
    private final Retention retention;
    private final HostClock clock;
    private final TrustedTime time;
    private final KeptTime keptTime;
    private final WriteTrouble trouble;
    private final LongConsumer committed;
    private final JobQueue queue;
    private final Thread thread = new Thread(this::run, "journal-writer");

    private volatile boolean closing;
    private volatile boolean ended;
    private volatile @Nullable Moment turnBegan;
    private volatile long last;
    private long sincePressure;
    private boolean dropped;

    /** @param committed told the highest durable id after each commit that added entries, on the writer's thread */
    JournalWriter(
            JournalOptions options,
            OpenFiles files,
            EntryStore store,
            Checkpoint checkpoint,
            Retention retention,
            HostClock clock,
            TrustedTime time,
            LongConsumer committed) {
        this.directory = options.directory();
        this.files = files;
        this.store = store;
        this.checkpoint = checkpoint;
        this.retention = retention;
        this.clock = clock;
        this.time = time;
        this.keptTime = new KeptTime(store);
        this.trouble = new WriteTrouble(directory);
        this.committed = committed;
        this.queue = new JobQueue(options.queueBatches(), options.queueBytes());
        this.last = store.last();
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes the job or fails it at once. */
    void submit(Job<?> job) {
        if (closing) {
            job.fail(closed());
            return;
        }
        if (!queue.offer(job)) {
            job.fail(new JournalException(
                    Reason.UNAVAILABLE,
                    "too much is waiting to be written to the journal in " + directory
                            + "; try again later, and look at how busy its disk is"));
            return;
        }
        if (ended) {
            queue.failAll(closed());
        }
    }

    long last() {
        return last;
    }

    boolean writable() {
        Moment began = turnBegan;
        return trouble.present() == null
                && !ended
                && (began == null
                        || clock.now().sinceBoot().minus(began.sinceBoot()).compareTo(STALLED) < 0);
    }

    boolean ledgerFull() {
        return store.ledger().full();
    }

    /** Stops taking jobs, finishes those taken; false if that took longer than it may. */
    boolean close(Duration deadline) {
        closing = true;
        queue.wake();
        try {
            thread.join(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            queue.failAll(closed());
        }
        return !thread.isAlive();
    }

    private void run() {
        try {
            store.warmUp(clock.now().wall());
            serve();
            checkpoint.truncate();
        } catch (SQLException e) {
            LOG.warn("journal: closed with its log not moved, which the next start will do: {}", e.getMessage());
        } finally {
            end();
        }
    }

    private void end() {
        closing = true;
        ended = true;
        queue.failAll(closed());
        try {
            store.close();
        } catch (SQLException e) {
            LOG.warn("journal: {} could not be closed cleanly: {}", directory, e.getMessage());
        }
    }

    private void serve() {
        Duration pause = QUIET;
        while (!closing || !queue.isEmpty()) {
            Job<?> job = null;
            try {
                job = queue.poll(pause);
            } catch (InterruptedException e) {
                closing = true; // nobody interrupts this thread but to end it
            }
            if (job != null) {
                turn(job);
                pause = trouble.present() == null ? QUIET : trouble.untilProbe();
            } else if (!closing) {
                pause = keepHouse();
            }
        }
    }

    private void turn(Job<?> first) {
        List<Job<?>> jobs = new ArrayList<>();
        long bytes = 0;
        for (Job<?> job = first;
                job != null;
                job = jobs.size() < TURN_JOBS && bytes < TURN_BYTES ? queue.poll() : null) {
            jobs.add(job);
            bytes += job.bytes();
        }
        Moment now = clock.now();
        turnBegan = now;
        try {
            write(jobs, now);
            checkpoint.wrote(bytes);
            sincePressure += bytes;
            relieve(now);
        } finally {
            queue.ended(bytes);
            turnBegan = null;
        }
    }

    /** Writes all in one transaction; if that fails, each in its own, so that none suffers for another. */
    private void write(List<Job<?>> jobs, Moment now) {
        boolean wasWell = trouble.present() == null;
        JournalException why = commit(jobs, now);
        if (why == null) {
            return;
        }
        if (jobs.size() == 1 || !wasWell || why.reason() == Reason.DAMAGED) {
            jobs.forEach(job -> job.fail(why));
            return;
        }
        int failures = 0;
        JournalException latest = why;
        for (Job<?> job : jobs) {
            JournalException own = failures < GIVE_UP ? commit(List.of(job), now) : latest;
            if (own != null) {
                failures = trouble.present() == null ? 0 : failures + 1;
                latest = own;
                job.fail(own);
            } else {
                failures = 0;
            }
        }
    }

    private @Nullable JournalException commit(List<Job<?>> jobs, Moment now) {
        try {
            JournalException sticky = trouble.present();
            if (sticky != null && trouble.isDamage()) {
                return sticky;
            }
            store.begin();
            for (Job<?> job : jobs) {
                job.write(store, now.wall());
            }
            keptTime.write(time.proof(clock), KeptTime.WITH_OTHERS);
            prove();
            store.commit();
            keptTime.committed();
            prove();
        } catch (JournalException e) {
            return failed(e);
        } catch (SQLException e) {
            return failed(e);
        } catch (RuntimeException e) {
            store.rollback();
            LOG.error("journal: a batch could not be written", e);
            return new JournalException(Reason.UNWRITABLE, "a batch cannot be written: " + e + "; report it", e);
        }
        trouble.over();
        boolean more = store.last() > last;
        last = store.last();
        jobs.forEach(Job::done);
        if (more) {
            committed.accept(last);
        }
        return null;
    }

    /** What cannot wait for a quiet moment. */
    private void relieve(Moment now) {
        if (trouble.present() != null) {
            return;
        }
        try {
            if (checkpoint.pressing()) {
                checkpoint.run();
            }
            if (sincePressure > PRESSURE_BYTES) {
                sincePressure = 0;
                forgetSome();
                for (int step = 0; step < PRESSURE_STEPS && retention.pressing(last); step++) {
                    dropSome(now);
                }
            }
        } catch (SQLException e) {
            failed(e);
        }
    }

    private Duration keepHouse() {
        Moment now = clock.now();
        turnBegan = now;
        try {
            if (trouble.present() != null) {
                return probe();
            }
            prove();
            if (checkpoint.worthwhile()) {
                checkpoint.run();
            }
            if (forgetSome() || dropSome(now)) {
                return Duration.ZERO;
            }
            if (dropped) {
                dropped = false;
                checkpoint.run(); // only now does the file itself get smaller
            }
            return REST;
        } catch (JournalException e) {
            failed(e);
            return trouble.untilProbe();
        } catch (SQLException e) {
            failed(e);
            return trouble.untilProbe();
        } catch (RuntimeException e) {
            LOG.error("journal: keeping house failed", e);
            return REST;
        } finally {
            turnBegan = null;
        }
    }

    /** The time by which something is forgotten is on disk with that: a later start must not believe in an earlier one. */
    private boolean forgetSome() throws SQLException {
        TimeProof proof = time.proof(clock);
        store.begin();
        try {
            boolean more = store.ledger().forget(proof.elapsed());
            keptTime.write(proof, more ? Duration.ZERO : KeptTime.AT_REST);
            store.commit();
            keptTime.committed();
            if (more) {
                checkpoint.wrote(PRESSURE_BYTES);
            }
            return more;
        } catch (SQLException | RuntimeException e) {
            store.rollback();
            throw e;
        }
    }

    private boolean dropSome(Moment now) throws SQLException {
        boolean more = retention.step(now, time.proof(clock).highest(), last);
        if (store.last() > last) {
            last = store.last();
            committed.accept(last);
        }
        if (more) {
            dropped = true;
            checkpoint.wrote(PRESSURE_BYTES);
        }
        return more;
    }

    private Duration probe() {
        if (trouble.isDamage()) {
            return REST;
        }
        try {
            prove();
            store.probe();
            trouble.over();
            return QUIET;
        } catch (JournalException e) {
            failed(e);
        } catch (SQLException e) {
            failed(e);
        }
        return trouble.later();
    }

    /** What is written counts only if the next start will find it. */
    private void prove() {
        String lost = files.lost();
        if (lost != null) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "the journal in " + directory + " was taken away from under this agent: " + lost
                            + "; put back what was there and writing resumes by itself, or restart the agent, which then"
                            + " begins with what is there now and remembers nothing else");
        }
    }

    private JournalException failed(SQLException e) {
        JournalException why = SqliteTrouble.of(e, directory);
        if (SqliteTrouble.ofThePlace(e)) {
            return failed(why);
        }
        store.rollback();
        return why;
    }

    private JournalException failed(JournalException why) {
        store.rollback();
        trouble.found(why);
        return why;
    }

    private JournalException closed() {
        return new JournalException(
                Reason.UNAVAILABLE, "the journal in " + directory + " is closed; the agent is stopping");
    }
}
