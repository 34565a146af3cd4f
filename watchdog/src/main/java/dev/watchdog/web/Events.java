package dev.watchdog.web;

import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The journal, as a list or as a stream of server-sent events. A reader that comes with an id from another journal, one
 * higher than there is, is given all of this one. On one event loop.
 */
final class Events {
    static final int MOST_STREAMS = 32;
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final Journal journal;
    private final Context context;
    private final Set<EventStream> streams = new HashSet<>();

    /** Must be made on the context that it is to live on. */
    Events(Sources sources, Context context) {
        this.journal = sources.journal();
        this.context = context;
        sources.bus().recorded(last -> List.copyOf(streams).forEach(EventStream::pump));
        context.owner()
                .setPeriodic(HEARTBEAT_MILLIS, timer -> List.copyOf(streams).forEach(EventStream::heartbeat));
    }

    void route(Router router) {
        router.get("/api/v1/events").handler(this::events);
    }

    /**
     * A part of the journal.
     *
     * @param next where to go on: the {@code after} of the next request
     * @param last the highest id there is
     */
    record EventList(List<EventView> events, long next, long last) {}

    private void events(RoutingContext request) {
        String accept = request.request().getHeader("Accept");
        if (accept != null && accept.contains("application/json") && !accept.contains("text/event-stream")) {
            Reply.when(request, list(request));
        } else {
            stream(request);
        }
    }

    /** Without {@code after}: the newest, as far as ids have no gaps. */
    private Future<EventList> list(RoutingContext request) {
        int limit = Parameters.limit(request, USUAL, MOST);
        long last = journal.last();
        long after = start(request, Math.max(0, last - limit));
        return Future.fromCompletionStage(journal.read(Query.after(after, limit)), context)
                .map(events -> new EventList(
                        events.stream().map(EventView::of).toList(),
                        events.isEmpty() ? after : events.get(events.size() - 1).id(),
                        last));
    }

    /** Without {@code after}: from now on. */
    private void stream(RoutingContext request) {
        long after = start(request, journal.last());
        if (streams.size() >= MOST_STREAMS) {
            throw new Problem.Refusal(
                    503,
                    MOST_STREAMS + " readers follow the events already: close one, or poll with"
                            + " Accept: application/json");
        }
        HttpServerResponse response = request.response();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        EventStream stream = new EventStream(journal, context, response, after);
        streams.add(stream);
        response.closeHandler(closed -> streams.remove(stream));
        response.endHandler(ended -> streams.remove(stream));
        response.writeHead();
        stream.pump();
    }

    private long start(RoutingContext request, long otherwise) {
        Long after = Parameters.after(request);
        if (after == null) {
            return otherwise;
        }
        return after > journal.last() ? 0 : after;
    }
}
