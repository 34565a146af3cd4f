package dev.watchdog.web;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP over a Unix domain socket of mode 0600: whoever can open it is root or the agent's own user, and may command.
 * Needs no native transport: Vert.x uses the JDK's sockets. Runs on an event loop; one instance for one deployment.
 */
public final class ControlSocketVerticle extends VerticleBase {
    private static final String ORIGIN = "control-socket";
    private static final String POOL = "control-socket-file";
    private static final int LONGEST_SECONDS = 10;

    private final Sources sources;
    private final Path path;
    private final SocketFile file;
    private @Nullable Door door;

    /** Makes the verticle; deploying it fails with one line when the socket cannot be made or another agent has it. */
    public ControlSocketVerticle(Sources sources, Path socket) {
        this.sources = sources;
        this.path = socket;
        this.file = new SocketFile(socket);
    }

    @Override
    public Future<?> start() {
        Door opened =
                new Door(vertx, context, sources, ORIGIN, HttpLimits.CONTROL_SOCKET, new PeerFinder(), name -> true);
        door = opened;
        return onFiles(() -> file.prepare())
                .compose(bound -> opened.listen(SocketAddress.domainSocketAddress(bound.toString())))
                .compose(listening -> onFiles(() -> {
                    file.publish();
                    return path;
                }))
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(new IllegalStateException(
                        "no control socket at " + path + ": " + failure.getMessage(), failure))));
    }

    @Override
    public Future<?> stop() {
        Door opened = door;
        return onFiles(() -> {
                    file.remove();
                    return path;
                })
                .transform(removed -> opened == null ? Future.succeededFuture() : opened.close());
    }

    /** The file system may hang; then only this pool does, which is gone again once the call returns. */
    private <T> Future<T> onFiles(Callable<T> call) {
        WorkerExecutor pool = vertx.createSharedWorkerExecutor(POOL, 1, LONGEST_SECONDS, TimeUnit.SECONDS);
        return pool.executeBlocking(call).onComplete(done -> pool.close());
    }
}
