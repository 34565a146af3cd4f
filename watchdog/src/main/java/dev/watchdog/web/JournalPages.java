package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the journal forward, a page at a time, so that a reader holds one page and what it keeps. On one event loop. */
final class JournalPages {
    private final Journal journal;
    private final Context context;

    JournalPages(Journal journal, Context context) {
        this.journal = journal;
        this.context = context;
    }

    /**
     * Hands out entries in their order until there are no more, so many have been, or the taker has enough.
     *
     * @param correlation only these, or null for any
     * @param taker false when it does not take the entry and wants no more
     */
    Future<Void> each(long after, int limit, @Nullable String correlation, Predicate<Event> taker) {
        if (limit < 1) {
            return Future.succeededFuture();
        }
        Query query = new Query(after, Math.min(limit, HttpLimits.JOURNAL_PAGE), correlation, Set.of());
        return Future.fromCompletionStage(journal.read(query), context).compose(page -> {
            boolean enough = page.isEmpty() || !page.stream().allMatch(taker);
            return enough ? Future.succeededFuture() : each(last(page), limit - page.size(), correlation, taker);
        });
    }

    private static long last(List<Event> page) {
        return page.get(page.size() - 1).id();
    }
}
