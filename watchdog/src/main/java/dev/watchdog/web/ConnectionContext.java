package dev.watchdog.web;

import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/**
 * What a request is served with, beside what it asks for.
 *
 * @param guard of its connection
 * @param builds where large answers are made
 * @param answers the room for those that wait for their readers
 * @param streams the places of readers that follow the events
 * @param refusals where it is counted when it is refused
 */
record ConnectionContext(
        ConnectionGuard guard,
        BuildQueue builds,
        Shares<AnswerWriter> answers,
        Shares<EventStream> streams,
        RefusalMeters refusals) {
    private static final String KEY = ConnectionContext.class.getName();

    /** Remembers it with the request. */
    void with(RoutingContext request) {
        request.put(KEY, this);
    }

    static ConnectionContext of(RoutingContext request) {
        return Objects.requireNonNull(request.get(KEY), "the door sees each request first");
    }

    Peer peer() {
        return guard.peer();
    }
}
