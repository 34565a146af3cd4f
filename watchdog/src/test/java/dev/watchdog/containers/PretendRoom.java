package dev.watchdog.containers;

import dev.watchdog.events.Event;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Unit;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.Query;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The containers room with a real healer and a real journal, and an inventory of the test's choosing. */
final class PretendRoom implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final HostClock clock;
    final SqliteJournal journal;
    final Bus bus = new Bus(vertx);
    final LiveState live = new LiveState();
    final ContainersRuntime room;

    PretendRoom(Path directory, Mode mode, Consumer<RepairStep> steps, ContainersRuntime.SourceFactory sources)
            throws Exception {
        clock = SystemClock.open();
        journal = SqliteJournal.open(JournalOptions.of(directory, "test-host"), clock);
        Policy policy = new Policy(
                Map.of(RootFindings.LOST.name(), mode),
                Gates.SHIPPED,
                Map.of(RootFindings.LOST.name(), RootFindings.LOST),
                Map.of(RootFindings.RESTORE.name(), RootFindings.RESTORE));
        room = new ContainersRuntime(
                new DomainContext(vertx, clock, bus, new SimpleMeterRegistry(), ContainersSettings.DEFAULTS, Map.of()),
                steps,
                sources);
        deploy(new Unit(
                "healer",
                () -> new HealerVerticle(
                        journal,
                        clock,
                        bus,
                        policy,
                        () -> Map.of(Watched.KIND, room.inventory().size()),
                        live),
                false,
                true));
        for (Unit unit : room.units()) {
            deploy(unit);
        }
    }

    private void deploy(Unit unit) throws Exception {
        ThreadingModel model = unit.worker() ? ThreadingModel.WORKER : ThreadingModel.EVENT_LOOP;
        vertx.deployVerticle(unit.make().get(), new DeploymentOptions().setThreadingModel(model))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    List<Event> events() {
        return journal.read(Query.after(0, 10_000)).join();
    }

    @Override
    public void close() throws IOException {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        room.close();
        journal.close();
    }

    static final Duration PATIENCE = Duration.ofSeconds(10);
}
