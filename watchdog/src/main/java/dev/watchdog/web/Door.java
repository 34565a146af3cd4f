package dev.watchdog.web;

import dev.watchdog.linux.HostClock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server with everything it may use bounded, see {@link HttpLimits}. Each connection has a
 * {@link ConnectionGuard} in front of Vert.x's own handlers. On the event loop of its verticle.
 */
final class Door {
    /** How often it looks for connections whose time is over: a time limit may be exceeded by so much. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final HostClock clock;
    private final PeerFinder peers;
    private final Predicate<String> hosts;
    private final RefusalMeters refusals;
    private final BuildQueue builds;
    private final Shares<ConnectionGuard> connections;
    private final Shares<AnswerWriter> answers;
    private final Shares<EventStream> streams;
    private final Map<HttpConnection, ConnectionContext> contexts = new HashMap<>();
    private final HttpServer server;
    private @Nullable Long timer;

    /**
     * Makes it; must be called on the verticle's context.
     *
     * @param origin the origin of commands that come in here; null when none are taken
     * @param hosts which names a request may call this server by
     */
    Door(
            Vertx vertx,
            Context context,
            Sources sources,
            @Nullable String origin,
            HttpLimits limits,
            PeerFinder peers,
            Predicate<String> hosts) {
        this.vertx = vertx;
        this.clock = sources.clock();
        this.peers = peers;
        this.hosts = hosts;
        this.refusals = new RefusalMeters(sources.registry());
        this.builds = new BuildQueue(context, clock);
        this.connections = new Shares<>(limits.connections(), limits.connectionsPerPeer(), Duration.ZERO, clock);
        this.answers = new Shares<>(limits.answerBytes(), limits.answerBytesPerPeer(), HttpLimits.STALE_ANSWER, clock);
        this.streams = new Shares<>(limits.streams(), limits.streamsPerPeer(), HttpLimits.STALE_ANSWER, clock);
        Router router = Router.router(vertx);
        router.route().handler(this::first).failureHandler(Reply::failed);
        new Status(sources, context).route(router);
        new Faults(sources, context).route(router);
        new Events(sources, context, streams).route(router);
        new Commands(sources, context, origin).route(router);
        new Documents().route(router);
        router.route().failureHandler(Reply::failed);
        router.errorHandler(404, Reply::failed);
        router.errorHandler(405, Reply::failed);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(HttpLimits.REQUEST_LINE)
                        .setMaxHeaderSize(HttpLimits.REQUEST_HEAD)
                        .setSendBufferSize(HttpLimits.KERNEL_SEND_BUFFER))
                .connectionHandler(this::admit)
                .requestHandler(router);
    }

    /** Opens it; completes with the server once it listens. */
    Future<HttpServer> listen(SocketAddress address) {
        return server.listen(address);
    }

    Future<Void> close() {
        List.copyOf(contexts.values()).forEach(connection -> connection.guard().hangUp());
        return server.close();
    }

    /** Vert.x has no public way to its pipeline; this is the only place that knows of another. */
    private void admit(HttpConnection connection) {
        ChannelHandlerContext vertxHandler = ((HttpServerConnection) connection).channelHandlerContext();
        Channel channel = vertxHandler.channel();
        Peer peer = channel instanceof NioDomainSocketChannel
                ? PeerFinder.ofUnix(channel)
                : peers.of(channel.localAddress(), channel.remoteAddress());
        ConnectionGuard guard = new ConnectionGuard(peer, hosts, clock, refusals);
        if (!connections.take(guard, 1)) {
            refusals.count(RefusalMeters.Reason.NO_ROOM);
            connection.close();
            return;
        }
        contexts.put(connection, new ConnectionContext(guard, builds, answers, streams, refusals));
        connection.closeHandler(closed -> {
            connections.free(guard);
            contexts.remove(connection);
        });
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(HttpLimits.READ));
        channel.pipeline().addFirst(guard).addBefore(vertxHandler.name(), null, new AnswerEnd(guard));
        watch();
    }

    private void watch() {
        if (timer == null) {
            timer = vertx.setPeriodic(LOOK.toMillis(), look -> {
                List.copyOf(contexts.values())
                        .forEach(connection -> connection.guard().checkTime());
                if (contexts.isEmpty()) {
                    vertx.cancelTimer(look);
                    timer = null;
                }
            });
        }
    }

    /** There is no header that would let another site read an answer. */
    private void first(RoutingContext request) {
        ConnectionContext connection = contexts.get(request.request().connection());
        if (connection == null) {
            return;
        }
        connection.with(request);
        request.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-store");
        request.next();
    }
}
