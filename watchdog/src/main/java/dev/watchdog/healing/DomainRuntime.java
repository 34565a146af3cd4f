package dev.watchdog.healing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A domain that was set up. Safe to call from any thread. */
public interface DomainRuntime extends AutoCloseable {
    /** How long a stop on purpose is held up at most by what domains give back. */
    Duration LAST_WORDS = Duration.ofSeconds(10);

    /** The verticles that make it run: sensors, detector, remedy. */
    List<Unit> units();

    /** What it watches now; quick, from memory. */
    List<WatchedSubject> inventory();

    /** How many subjects of each kind it watches; asked at every turn of the healer. */
    default Map<String, Integer> subjects() {
        Map<String, Integer> counts = new HashMap<>();
        inventory().forEach(each -> counts.merge(each.subject().kind(), 1, Integer::sum));
        return counts;
    }

    /** Where it learns of what it watches, and whether each of these answers; as last seen, from memory. */
    default List<SourceReport> sourceReports() {
        return List.of();
    }

    /**
     * One pass over everything it watches, for {@code watchdog check}: works whether or not its units are deployed.
     * A sensor that cannot see is an {@link Finding.Unknown}.
     */
    CompletableFuture<List<Finding>> check();

    /**
     * Gives back what nobody would look after any more, before the agent stops on purpose: its units still run, and its
     * actions are still carried out. Completes when that is done; it is waited for {@link #LAST_WORDS} at most.
     *
     * @param id unique for this stop, for commands that it hands in
     */
    default CompletableFuture<Void> giveBack(String id) {
        return CompletableFuture.completedFuture(null);
    }

    /** Lets go of everything it holds. */
    @Override
    void close();
}
