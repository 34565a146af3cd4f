package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventNames;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads the journal backwards in pages, for what happened lately, and no further than {@link #MOST} entries or
 * {@link HttpLimits#LIST_BYTES}: a question may not cost more than that, however old the journal is and however long its
 * entries are.
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
        return page(types, enough, last, Math.max(0, last - MOST), new Found(List.of(), 0));
    }

    private Future<List<Event>> page(
            Set<String> types, Predicate<List<Event>> enough, long upTo, long floor, Found newer) {
        if (upTo <= floor) {
            return Future.succeededFuture(newer.events);
        }
        long after = Math.max(floor, upTo - PAGE);
        Query query = new Query(after, PAGE, null, types);
        return Future.fromCompletionStage(journal.read(query), context).compose(events -> {
            Deque<Event> all = new ArrayDeque<>(newer.events);
            int bytes = newer.bytes;
            for (int i = events.size() - 1; i >= 0 && bytes <= HttpLimits.LIST_BYTES; i--) {
                Event event = events.get(i);
                if (event.id() <= upTo) {
                    all.addFirst(event);
                    bytes += Json.text(EventView.of(event, EventNames.NONE)).length();
                }
            }
            Found found = new Found(List.copyOf(all), bytes);
            boolean full = bytes > HttpLimits.LIST_BYTES;
            return full || enough.test(found.events)
                    ? Future.succeededFuture(found.events)
                    : page(types, enough, after, floor, found);
        });
    }

    /**
     * What has been read.
     *
     * @param bytes its size as JSON, which is about what it takes in memory
     */
    private record Found(List<Event> events, int bytes) {}
}
