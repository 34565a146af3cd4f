package dev.watchdog.web;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** HTTP over TCP, which reads and takes no commands. Runs on an event loop; one instance for one deployment. */
public final class HttpVerticle extends VerticleBase {
    private static final int LONGEST_SECONDS = 2;

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
        PeerFinder peers = new PeerFinder();
        Door opened = new Door(vertx, context, sources, null, HttpLimits.TCP, peers, new HostCheck(hostNames)::allowed);
        door = opened;
        return prepare(peers)
                .transform(prepared -> opened.listen(SocketAddress.inetSocketAddress(wantedPort, host)))
                .onSuccess(server -> port = server.actualPort())
                .recover(failure -> Future.failedFuture(new IllegalStateException(
                        "cannot listen on " + host + " port " + wantedPort + " (" + failure.getMessage()
                                + "): choose another http.listen",
                        failure)));
    }

    /** The kernel may have to load a module first; when that takes too long, peers are told apart by address so far. */
    private Future<?> prepare(PeerFinder peers) {
        WorkerExecutor pool = vertx.createSharedWorkerExecutor("sock-diag", 1, LONGEST_SECONDS, TimeUnit.SECONDS);
        return pool.executeBlocking(() -> {
                    peers.prepare();
                    return peers;
                })
                .onComplete(done -> pool.close())
                .timeout(LONGEST_SECONDS, TimeUnit.SECONDS);
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
