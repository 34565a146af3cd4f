package dev.watchdog.agent;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Unit;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps units alive. A verticle that fails, at its start or by an exception that nothing caught, is taken down and
 * deployed afresh after 100 ms, doubling to 30 s and forgotten after a minute of peace. While it is down it is a blind
 * sensor named {@code unit:<name>}. A core unit that fails five times in a minute ends the process: better a crash that
 * systemd mends than a zombie. Safe to call from any thread.
 */
final class Supervisor {
    /** EX_SOFTWARE of sysexits(3). */
    static final int EXIT_SOFTWARE = 70;

    private static final String SENSOR = "unit:";

    private final Vertx vertx;
    private final Context home;
    private final HostClock clock;
    private final Timers timers;
    private final Bus bus;
    private final IntConsumer exit;
    private final List<Supervised> units = new CopyOnWriteArrayList<>();
    private final Map<String, Long> failures = new ConcurrentHashMap<>();

    /**
     * Makes a supervisor.
     *
     * @param exit ends the process, with the code it is given
     */
    Supervisor(Vertx vertx, HostClock clock, Bus bus, IntConsumer exit) {
        this(vertx, clock, bus, exit, null);
    }

    Supervisor(Vertx vertx, HostClock clock, Bus bus, IntConsumer exit, @Nullable Timers timers) {
        this.vertx = vertx;
        this.home = vertx.getOrCreateContext();
        this.clock = clock;
        this.bus = bus;
        this.exit = exit;
        this.timers = timers != null ? timers : this::setTimer;
    }

    private void setTimer(Duration delay, Runnable task) {
        home.runOnContext(then -> vertx.setTimer(Math.max(1, delay.toMillis()), timer -> task.run()));
    }

    /** Deploys it; completes when it lives or, when it is not core, at its first failure. Fails if core and hopeless. */
    Future<Void> start(Unit unit) {
        Supervised supervised = new Supervised(unit, vertx, home, clock, this::after, new Ear());
        units.add(supervised);
        home.runOnContext(then -> supervised.start());
        return supervised.settled();
    }

    private void after(Duration delay, Runnable task) {
        timers.after(delay, () -> home.runOnContext(then -> task.run()));
    }

    /** Takes down what was started last first, one after the other; completes when all are down. */
    Future<Void> stop(List<Unit> these) {
        List<Supervised> last = units.stream()
                .filter(each -> these.contains(each.unit()))
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(last);
        Promise<Void> down = Promise.promise();
        home.runOnContext(then -> {
            Future<Void> chain = Future.succeededFuture();
            for (Supervised each : last) {
                chain = chain.compose(before -> each.stop());
            }
            chain.onComplete(down);
        });
        units.removeAll(last);
        return down.future();
    }

    /** The units that do not live right now. */
    List<String> down(boolean coreOnly) {
        return units.stream()
                .filter(each -> !each.up() && (each.unit().core() || !coreOnly))
                .map(each -> each.unit().name())
                .toList();
    }

    /** The core units whose event loop has been stuck for longer than this. */
    List<String> stuck(Duration longest) {
        return units.stream()
                .filter(each -> each.unit().core() && each.silence().compareTo(longest) > 0)
                .map(each -> each.unit().name())
                .toList();
    }

    /** How often each unit that ever failed has failed. */
    Map<String, Long> failures() {
        return Map.copyOf(failures);
    }

    /** Takes back the blindness that a unit of an earlier run left and that no unit of this run will. */
    void forgetStrangers(Collection<String> blind) {
        List<String> mine =
                units.stream().map(each -> SENSOR + each.unit().name()).toList();
        blind.stream()
                .filter(sensor -> sensor.startsWith(SENSOR) && !mine.contains(sensor))
                .forEach(bus::sees);
    }

    private final class Ear implements Supervised.Listener {
        @Override
        public void failed(Unit unit, String why, boolean forGood) {
            failures.merge(unit.name(), 1L, Long::sum);
            if (!unit.core()) {
                bus.blind(SENSOR + unit.name(), why);
            }
            if (forGood) {
                exit.accept(EXIT_SOFTWARE);
            }
        }

        @Override
        public void lives(Unit unit) {
            if (!unit.core()) {
                bus.sees(SENSOR + unit.name());
            }
        }
    }
}
