package dev.watchdog.web;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.journal.Journal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The journal, as a list or as a stream of server-sent events. A reader that comes with an id from another journal, one
 * higher than there is, is given all of this one. On one event loop.
 */
final class Events {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final Journal journal;
    private final Context context;
    private final JournalPages pages;
    private final Shares<EventStream> streams;
    private final KnownNames names;

    /** Must be made on the context that it is to live on. */
    Events(Sources sources, Context context, Shares<EventStream> streams) {
        this.journal = sources.journal();
        this.context = context;
        this.pages = new JournalPages(journal, context);
        this.streams = streams;
        this.names = sources.names();
        sources.bus().recorded(last -> streams.members().forEach(EventStream::pump));
        context.owner().setPeriodic(HEARTBEAT_MILLIS, timer -> streams.members().forEach(EventStream::heartbeat));
    }

    void route(Router router) {
        router.get("/api/v1/events").handler(this::events);
    }

    /**
     * A part of the journal: as many entries as were asked for, or as fit one answer.
     *
     * @param next where to go on: the {@code after} of the next request
     * @param last the highest id there is
     */
    record EventList(List<RawValue> events, long next, long last) {}

    private void events(RoutingContext request) {
        String accept = request.request().getHeader("Accept");
        if (accept != null && accept.contains("application/json") && !accept.contains("text/event-stream")) {
            list(request);
        } else {
            stream(request);
        }
    }

    /** Without {@code after}: the newest, as far as ids have no gaps. */
    private void list(RoutingContext request) {
        int limit = Parameters.limit(request, USUAL, MOST);
        long last = journal.last();
        long after = start(request, Math.max(0, last - limit));
        Reply.when(request, () -> list(after, limit, last));
    }

    private Future<EventList> list(long after, int limit, long last) {
        JsonItems items = new JsonItems();
        AtomicLong next = new AtomicLong(after);
        return pages.each(after, limit, null, event -> {
                    boolean added = items.add(EventView.of(event, names.of(event)));
                    next.set(added ? event.id() : next.get());
                    return added;
                })
                .map(read -> new EventList(items.list(), next.get(), last));
    }

    /** Without {@code after}: from now on. */
    private void stream(RoutingContext request) {
        long after = start(request, journal.last());
        HttpServerResponse response = request.response();
        EventStream stream = new EventStream(ConnectionContext.of(request), journal, names, context, response, after);
        if (!streams.take(stream, 1)) {
            throw new Problem.Refusal(
                    503,
                    "as many readers follow the events as may, or as one client may: close one, or poll with"
                            + " Accept: application/json");
        }
        response.closeHandler(closed -> streams.free(stream));
        response.endHandler(ended -> streams.free(stream));
        stream.open();
    }

    private long start(RoutingContext request, long otherwise) {
        Long after = Parameters.after(request);
        if (after == null) {
            return otherwise;
        }
        return after > journal.last() ? 0 : after;
    }
}
