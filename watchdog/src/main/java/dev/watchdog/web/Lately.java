package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads the journal backwards in pages, for what happened lately, and no further than {@link #MOST} entries: a question
 * may not cost more than that, however old the journal is.
 */
final class Lately {
    static final int PAGE = 1_000;
    static final int MOST = 10 * PAGE;

    private final Journal journal;
    private final Context context;

    Lately(Journal journal, Context context) {
        this.journal = journal;
        this.context = context;
    }

    /** The newest entries of these types, oldest first: as many pages as it takes until {@code enough} says so. */
    Future<List<Event>> read(Set<String> types, Predicate<List<Event>> enough) {
        long last = journal.last();
        return page(types, enough, last, Math.max(0, last - MOST), List.of());
    }

    private Future<List<Event>> page(
            Set<String> types, Predicate<List<Event>> enough, long upTo, long floor, List<Event> newer) {
        if (upTo <= floor) {
            return Future.succeededFuture(newer);
        }
        long after = Math.max(floor, upTo - PAGE);
        Query query = new Query(after, PAGE, null, types);
        return Future.fromCompletionStage(journal.read(query), context).compose(events -> {
            List<Event> all = new ArrayList<>(
                    events.stream().filter(event -> event.id() <= upTo).toList());
            all.addAll(newer);
            return enough.test(all) ? Future.succeededFuture(all) : page(types, enough, after, floor, all);
        });
    }
}
