package dev.watchdog.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes one large answer slice by slice, as the reader takes it: so that of each connection no more than two slices are
 * out of the heap, and a reader that does not read shows. On the event loop of its request.
 */
final class AnswerWriter implements Shares.Member {
    private final ConnectionContext connection;
    private final HttpServerResponse response;
    private final Buffer body;
    private int written;

    private AnswerWriter(ConnectionContext connection, HttpServerResponse response, Buffer body) {
        this.connection = connection;
        this.response = response;
        this.body = body;
    }

    /**
     * Writes an answer whose status and headers are set.
     *
     * @return false, with nothing written, when there is no room for it
     */
    static boolean write(ConnectionContext connection, HttpServerResponse response, Buffer body) {
        if (body.length() <= HttpLimits.SLICE) {
            response.end(body);
            return true;
        }
        AnswerWriter writer = new AnswerWriter(connection, response, body);
        if (!connection.answers().take(writer, body.length())) {
            return false;
        }
        response.closeHandler(closed -> connection.answers().free(writer));
        response.putHeader("Content-Length", Integer.toString(body.length()))
                .setWriteQueueMaxSize(HttpLimits.SLICE)
                .drainHandler(drained -> writer.pump());
        writer.pump();
        return true;
    }

    private void pump() {
        while (!response.ended() && !response.closed() && !response.writeQueueFull()) {
            Buffer slice = body.slice(written, Math.min(body.length(), written + HttpLimits.SLICE));
            written += slice.length();
            if (written < body.length()) {
                response.write(slice);
            } else {
                response.end(slice);
                connection.answers().free(this);
            }
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
}
