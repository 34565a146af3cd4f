package dev.watchdog.journal;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which entries to read, oldest first.
 *
 * @param after only ids above this one; 0 for all
 * @param limit at most so many, 1 to 10,000
 * @param correlation only these, or null for any
 * @param types only these event types, or empty for any
 */
public record Query(long after, int limit, @Nullable String correlation, Set<String> types) {
    private static final int MOST = 10_000;

    public Query {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit must be 1 to " + MOST);
        }
        types = Set.copyOf(types);
    }

    /** The next entries of any kind. */
    public static Query after(long id, int limit) {
        return new Query(id, limit, null, Set.of());
    }

    /** All entries of one fault or command. */
    public static Query of(String correlation) {
        return new Query(0, MOST, correlation, Set.of());
    }
}
