package dev.watchdog.agent;

import dev.watchdog.healing.Unit;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One unit that is kept alive: deployed, taken down when it fails, deployed afresh after a while. Confined to the
 * supervisor's context; each instance of the verticle has a number, and what is heard of an older one is ignored.
 */
final class Supervised {
    /** A start or a stop that takes longer is a failure: the verticle hangs. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);

    /** A hung instance keeps its worker thread; its successors need others. */
    private static final int WORKERS = 4;

    /** Who is told how the unit fares. */
    interface Listener {
        void failed(Unit unit, String why, boolean forGood);

        void lives(Unit unit);
    }

    private final Unit unit;
    private final Vertx vertx;
    private final Context home;
    private final HostClock clock;
    private final Timers timers;
    private final Listener listener;
    private final Promise<Void> settled = Promise.promise();
    private Strikes strikes = Strikes.NONE;
    private int instance;
    private volatile boolean up;
    private volatile Duration beat = Duration.ZERO;
    private boolean stopped;
    private @Nullable String deployment;
    private Duration since = Duration.ZERO;

    Supervised(Unit unit, Vertx vertx, Context home, HostClock clock, Timers timers, Listener listener) {
        this.unit = unit;
        this.vertx = vertx;
        this.home = home;
        this.clock = clock;
        this.timers = timers;
        this.listener = listener;
    }

    /** Completes when it lives, or when it has failed for the first time and is not core. */
    Future<Void> settled() {
        return settled.future();
    }

    Unit unit() {
        return unit;
    }

    boolean up() {
        return up;
    }

    /** How long ago its context last did anything; zero while it is down. */
    Duration silence() {
        return up ? clock.now().sinceBoot().minus(beat) : Duration.ZERO;
    }

    void start() {
        if (stopped) {
            return;
        }
        int mine = ++instance;
        since = clock.now().sinceBoot();
        deploy(mine)
                .onComplete(done -> home.runOnContext(then -> {
                    if (done.failed()) {
                        failed(mine, done.cause());
                    } else if (mine != instance || stopped) {
                        vertx.undeploy(done.result());
                    } else {
                        deployed(mine, done.result());
                    }
                }));
        timers.after(PATIENCE, () -> {
            if (mine == instance && !up) {
                failed(mine, new IllegalStateException("it did not start within " + PATIENCE.toSeconds() + " s"));
            }
        });
    }

    private Future<String> deploy(int mine) {
        DeploymentOptions options = new DeploymentOptions();
        if (unit.worker()) {
            options.setThreadingModel(ThreadingModel.WORKER)
                    .setWorkerPoolName(unit.name())
                    .setWorkerPoolSize(WORKERS);
        }
        try {
            Deployable fresh = unit.make().get();
            return vertx.deployVerticle(
                    new Watched(
                            fresh,
                            () -> beat = clock.now().sinceBoot(),
                            failure -> home.runOnContext(then -> failed(mine, failure))),
                    options);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void deployed(int mine, String id) {
        deployment = id;
        up = true;
        if (strikes.inARow() == 0) {
            listener.lives(unit);
        } else {
            LOG.info("{} runs again", unit.name());
            timers.after(strikes.delay(), () -> {
                if (mine == instance && up) {
                    listener.lives(unit);
                }
            });
        }
        settled.tryComplete();
    }

    private void failed(int mine, Throwable failure) {
        if (mine != instance || stopped) {
            return;
        }
        instance++;
        up = false;
        Duration now = clock.now().sinceBoot();
        strikes = strikes.failed(now, now.minus(since));
        String why = OneLine.of(failure);
        boolean forGood = unit.core() && strikes.tooMany();
        if (forGood) {
            LOG.error("{} cannot live: {}", unit.name(), why, failure);
        } else {
            String delay = strikes.delay().toMillis() + " ms";
            LOG.warn("{} failed and starts again in {}: {}", unit.name(), delay, why);
            LOG.debug("{} failed", unit.name(), failure);
        }
        takeDown();
        listener.failed(unit, why, forGood);
        if (forGood) {
            stopped = true;
            settled.tryFail(failure);
        } else {
            timers.after(strikes.delay(), this::start);
            if (!unit.core()) {
                settled.tryComplete();
            }
        }
    }

    private Future<Void> takeDown() {
        String id = deployment;
        deployment = null;
        return id == null ? Future.succeededFuture() : vertx.undeploy(id);
    }

    /** Takes it down for good; completes when it is, or when it has hung for too long. */
    Future<Void> stop() {
        stopped = true;
        up = false;
        Promise<Void> down = Promise.promise();
        takeDown().onComplete(done -> down.tryComplete());
        timers.after(PATIENCE, () -> down.tryComplete());
        return down.future();
    }
}
