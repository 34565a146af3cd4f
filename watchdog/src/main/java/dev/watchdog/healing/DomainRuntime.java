package dev.watchdog.healing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A domain that was set up. Safe to call from any thread. */
public interface DomainRuntime extends AutoCloseable {
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

    /** Lets go of everything it holds. */
    @Override
    void close();
}
