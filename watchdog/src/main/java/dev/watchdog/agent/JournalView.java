package dev.watchdog.agent;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.LiveState;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.web.About;
import dev.watchdog.web.ControlSocketVerticle;
import dev.watchdog.web.Health;
import dev.watchdog.web.Sources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Answers the API's questions from a journal alone, as its agent would have when it ended: nothing is watched, nothing is
 * decided and no command is taken. Opens a copy that is its own. {@link #open} and {@link #close} block.
 */
public final class JournalView implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    /** Nothing of the copy is dropped because it is old or large. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private static final long ANY_SIZE = Long.MAX_VALUE / 4;
    private static final String HOST = "journal";

    private final Journal journal;
    private final Vertx vertx;

    private JournalView(Journal journal, Vertx vertx) {
        this.journal = journal;
        this.vertx = vertx;
    }

    /**
     * Serves the journal of a directory.
     *
     * @param directory of the journal; only read, and only while no agent holds it
     * @param copy where to work: an empty directory of this user's own
     * @param socket where to answer
     * @throws StartException in one line, with nothing left running
     */
    public static JournalView open(
            Path directory,
            Path copy,
            Path socket,
            Configuration configuration,
            List<Domain> domains,
            HostClock clock,
            String version) {
        Journal journal;
        try {
            SqliteJournal.copy(directory, copy);
            journal = SqliteJournal.open(
                    JournalOptions.of(copy, HOST).withMaxSize(ANY_SIZE).withMaxAge(FOR_EVER), clock);
        } catch (RuntimeException e) {
            throw new StartException(OneLine.of(e), e);
        }
        Vertx vertx = VertxSetup.make();
        JournalView view = new JournalView(journal, vertx);
        try {
            LiveState live = LiveState.of(journal.state().get(START.toMillis(), TimeUnit.MILLISECONDS));
            Sources sources = new Sources(
                    new About(HOST, HOST, Map.of(), version, clock.now()),
                    journal,
                    live,
                    new Bus(vertx),
                    configuration.policy(domains),
                    clock,
                    domains,
                    List::of,
                    new NoHealth(),
                    () -> "",
                    new SimpleMeterRegistry(),
                    () -> null);
            vertx.deployVerticle(new ControlSocketVerticle(sources, socket))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START.toMillis(), TimeUnit.MILLISECONDS);
            return view;
        } catch (InterruptedException e) {
            view.close();
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        } catch (Exception e) {
            view.close();
            throw new StartException("the journal in " + directory + " cannot be read: " + OneLine.of(e), e);
        }
    }

    private static final class NoHealth implements Health {
        @Override
        public List<Check> live() {
            return List.of();
        }

        @Override
        public List<Check> ready() {
            return List.of();
        }
    }

    @Override
    public void close() {
        vertx.close().await();
        journal.close();
    }
}
