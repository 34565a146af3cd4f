package dev.watchdog.guests;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventTypes;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.JournalState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.Query;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The guests room with a real healer and a real journal, and hypervisors of the test's choosing. */
final class GuestsRoom implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A step of a remedy takes fewer: it asks for a look, orders, and tells. */
    private static final int HOPS = 6;

    final Vertx vertx = Vertx.vertx();
    final SqliteJournal journal;
    final Bus bus = new Bus(vertx);
    final LiveState live = new LiveState();
    final GuestsRuntime room;

    /** Every look. */
    final List<Round> rounds = new CopyOnWriteArrayList<>();

    /** Of all that is deployed. */
    private final List<Context> contexts = new CopyOnWriteArrayList<>();

    private final HostClock clock;

    GuestsRoom(
            Path directory,
            HostClock clock,
            Mode mode,
            GuestsSettings settings,
            List<Hypervisor> hypervisors,
            KernelFiles files)
            throws Exception {
        this(directory, clock, mode, settings, hypervisors, files, MoveStep.UNHEARD);
    }

    GuestsRoom(
            Path directory,
            HostClock clock,
            Mode mode,
            GuestsSettings settings,
            List<Hypervisor> hypervisors,
            KernelFiles files,
            BiConsumer<MoveStep, Action> steps)
            throws Exception {
        this.clock = clock;
        journal = SqliteJournal.open(JournalOptions.of(directory, "test-host"), clock);
        Map<String, Mode> modes = new HashMap<>();
        Kinds.FAULTS.forEach(kind -> modes.put(kind.name(), mode));
        Policy policy = new Policy(
                modes,
                Gates.SHIPPED,
                Kinds.FAULTS.stream().collect(Collectors.toMap(kind -> kind.name(), kind -> kind)),
                Kinds.ACTIONS.stream().collect(Collectors.toMap(kind -> kind.name(), kind -> kind)),
                Map.of(MemoryOrder.VERB.name(), MemoryOrder.VERB, ReleaseOrder.VERB.name(), ReleaseOrder.VERB));
        room = new GuestsRuntime(
                new DomainContext(
                        vertx,
                        clock,
                        bus,
                        new SimpleMeterRegistry(),
                        settings,
                        Sections.NONE,
                        new JournalState(journal, "guests")),
                hypervisors,
                files,
                steps);
        room.rounds("a test", rounds::add);
        deploy(new Unit(
                "healer",
                () -> new HealerVerticle(journal, clock, bus, policy, room::subjects, room::inventory, live),
                false,
                true));
        for (Unit unit : room.units()) {
            deploy(unit);
        }
    }

    private void deploy(Unit unit) throws Exception {
        ThreadingModel model = unit.worker() ? ThreadingModel.WORKER : ThreadingModel.EVENT_LOOP;
        vertx.deployVerticle(new Known(unit.make().get(), contexts), new DeploymentOptions().setThreadingModel(model))
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** What hops from one verticle to the next, {@link #HOPS} times at most, has come to its end. */
    void settle() throws Exception {
        for (int i = 0; i < HOPS; i++) {
            for (Context context : contexts) {
                CompletableFuture<Void> here = new CompletableFuture<>();
                context.runOnContext(nothing -> here.complete(null));
                here.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    /** A verticle whose context the test knows. */
    private record Known(Deployable inner, List<Context> contexts) implements Deployable {
        @Override
        public Future<?> deploy(Context context) throws Exception {
            contexts.add(context);
            return inner.deploy(context);
        }

        @Override
        public Future<?> undeploy(Context context) throws Exception {
            return inner.undeploy(context);
        }
    }

    /** One look, when it has been made. */
    Round look() throws Exception {
        return room.look().toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    List<Event> events() {
        return journal.read(Query.after(0, 10_000)).join();
    }

    <T extends EventData> List<T> told(Class<T> type) {
        return events().stream()
                .map(Event::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The types of what was told of a guest, in their order. */
    List<String> typesOf(UUID guest) {
        return events().stream()
                .filter(event -> event.subject().id().equals(guest.toString()))
                .map(event -> EventTypes.nameOf(event.data()).replaceAll("dev\\.watchdog\\.|\\.v1", ""))
                .toList();
    }

    WatchedSubject line(UUID guest) {
        return room.inventory().stream()
                .filter(each -> each.subject().id().equals(guest.toString()))
                .findFirst()
                .orElseThrow();
    }

    Answer ask(String verb, Map<String, String> arguments, String reason) {
        Command command = new Command(UUID.randomUUID().toString(), verb, arguments, "test", reason);
        return bus.ask(command, PATIENCE)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Somebody sets a guest's memory; time must pass until it is answered. */
    Future<Answer> order(String guest, String memory) {
        Map<String, String> arguments = Map.of("guest", guest, "memory", memory);
        String id = UUID.randomUUID().toString();
        return bus.ask(new Command(id, MemoryOrder.VERB.name(), arguments, "test", ""), PATIENCE);
    }

    HostClock clock() {
        return clock;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        room.close();
        journal.close();
    }
}
