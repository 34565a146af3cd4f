package dev.watchdog.web;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server with everything it may use bounded: connections, the size of what is asked, and how long a
 * connection may be silent. On the event loop of its verticle.
 */
final class Door {
    static final int MOST_CONNECTIONS = 128;
    private static final int LONGEST_LINE = 2_048;
    private static final int LARGEST_HEAD = 8_192;

    /** Longer than the longest wait for a command's answer and than the pause between heartbeats. */
    private static final int IDLE_SECONDS = 90;

    private final HttpServer server;
    private int connections;

    /**
     * Makes it; must be called on the verticle's context.
     *
     * @param origin the origin of commands that come in here; null when none are taken
     * @param first sees each request first
     */
    Door(Vertx vertx, Context context, Sources sources, @Nullable String origin, Handler<RoutingContext> first) {
        Router router = Router.router(vertx);
        router.route().handler(Door::guard).handler(first).failureHandler(Reply::failed);
        new Status(sources).route(router);
        new Faults(sources, context).route(router);
        new Events(sources, context).route(router);
        new Commands(sources, context, origin).route(router);
        router.route().failureHandler(Reply::failed);
        router.errorHandler(404, Reply::failed);
        router.errorHandler(405, Reply::failed);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LARGEST_HEAD)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .connectionHandler(this::admit)
                .requestHandler(router);
    }

    /** Opens it; completes with the server once it listens. */
    Future<HttpServer> listen(SocketAddress address) {
        return server.listen(address);
    }

    Future<Void> close() {
        return server.close();
    }

    private void admit(HttpConnection connection) {
        connections++;
        connection.closeHandler(closed -> connections--);
        if (connections > MOST_CONNECTIONS) {
            connection.close();
        }
    }

    /** What a browser is told about every answer. There is no header that would let another site read one. */
    private static void guard(RoutingContext request) {
        request.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-store");
        request.next();
    }
}
