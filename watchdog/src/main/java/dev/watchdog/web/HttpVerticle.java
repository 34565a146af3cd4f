package dev.watchdog.web;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP over TCP, which reads and takes no commands. Runs on an event loop; one instance for one deployment. */
public final class HttpVerticle extends VerticleBase {
    private final Sources sources;
    private final String host;
    private final int wantedPort;
    private final Set<String> hostNames;
    private volatile int port;
    private @Nullable Door door;

    /**
     * Makes the verticle; deploying it fails with one line when it cannot listen.
     *
     * @param port 0 for any that is free
     * @param hostNames names by which it may be asked, beside addresses and localhost
     */
    public HttpVerticle(Sources sources, String host, int port, Set<String> hostNames) {
        this.sources = sources;
        this.host = host;
        this.wantedPort = port;
        this.hostNames = Set.copyOf(hostNames);
    }

    @Override
    public Future<?> start() {
        Door opened = new Door(vertx, context, sources, null, new HostCheck(hostNames));
        door = opened;
        return opened.listen(SocketAddress.inetSocketAddress(wantedPort, host))
                .onSuccess(server -> port = server.actualPort())
                .recover(failure -> Future.failedFuture(new IllegalStateException(
                        "cannot listen on " + host + " port " + wantedPort + " (" + failure.getMessage()
                                + "): choose another http.listen",
                        failure)));
    }

    @Override
    public Future<?> stop() {
        return door == null ? Future.succeededFuture() : door.close();
    }

    /** The port that it listens on; 0 before it does. Safe to call from any thread. */
    public int port() {
        return port;
    }
}
