package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows the journal by server-sent events. It reads the journal only while the client takes what was
 * written: a client that does not costs its write queue and no more. On the event loop of its request.
 */
final class EventStream implements Shares.Member {
    /** Bytes that may wait for the client. */
    static final int QUEUE = 32 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int PAGE = 8;
    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private final ConnectionContext connection;
    private final Journal journal;
    private final KnownNames names;
    private final Context context;
    private final HttpServerResponse response;
    private long sent;
    private boolean reading;

    /**
     * Makes the stream; {@link #open()} starts it.
     *
     * @param after the id of the last entry that the client has
     */
    EventStream(
            ConnectionContext connection,
            Journal journal,
            KnownNames names,
            Context context,
            HttpServerResponse response,
            long after) {
        this.connection = connection;
        this.journal = journal;
        this.names = names;
        this.context = context;
        this.response = response;
        this.sent = after;
    }

    /** Begins the answer. */
    void open() {
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").setWriteQueueMaxSize(QUEUE);
        response.drainHandler(drained -> pump());
        response.writeHead();
        pump();
    }

    /** Sends what there is, as far as the client takes it; to be called whenever there may be more. */
    void pump() {
        if (reading || done() || response.writeQueueFull() || sent >= journal.last()) {
            return;
        }
        reading = true;
        Future.fromCompletionStage(journal.read(Query.after(sent, PAGE)), context)
                .onComplete(read -> {
                    reading = false;
                    if (read.failed()) {
                        LOG.debug(
                                "a reader of events is cut off: {}",
                                read.cause().getMessage());
                        response.end();
                    } else {
                        take(read.result());
                    }
                });
    }

    private void take(List<Event> page) {
        for (Event event : page) {
            if (done() || response.writeQueueFull()) {
                return;
            }
            write(frame(event));
            sent = event.id();
        }
        if (!page.isEmpty()) {
            pump();
        }
    }

    /** Shows that we are here; also makes up for a lost word of new entries. */
    void heartbeat() {
        if (!done() && !response.writeQueueFull()) {
            write(HEARTBEAT);
            pump();
        }
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public @Nullable Duration waitingSince() {
        return connection.guard().waitingSince();
    }

    @Override
    public void drop() {
        connection.guard().drop();
    }

    private void write(Buffer buffer) {
        response.write(buffer).onFailure(gone -> LOG.debug("a reader of events has gone: {}", gone.getMessage()));
    }

    private boolean done() {
        return response.closed() || response.ended();
    }

    private Buffer frame(Event event) {
        String head = "id: " + event.id() + "\nevent: " + EventView.shortType(event) + "\ndata: ";
        return Buffer.buffer(head.getBytes(StandardCharsets.US_ASCII))
                .appendBuffer(Json.write(EventView.of(event, names.of(event))))
                .appendString("\n\n");
    }
}
