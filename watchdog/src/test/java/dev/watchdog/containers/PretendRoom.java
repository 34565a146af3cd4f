package dev.watchdog.containers;

import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.DockerEngine;
import dev.watchdog.docker.Dockerd;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventTypes;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.Unit;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.Query;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.SystemClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The containers room with a real healer and a real journal, and an inventory of the test's choosing. */
final class PretendRoom implements AutoCloseable {
    /** For a busy machine; what is waited for comes within milliseconds on a quiet one. */
    static final Duration PATIENCE = Duration.ofMinutes(2);
    /** As shipped, but quick to notice that an engine says nothing. */
    static final DockerEngine.Timing QUICK = new DockerEngine.Timing(
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMillis(200));

    final Vertx vertx = Vertx.vertx();
    final HostClock clock;
    final SqliteJournal journal;
    final Bus bus = new Bus(vertx);
    final LiveState live = new LiveState();
    final ContainersRuntime room;

    PretendRoom(Path directory, Mode mode, Consumer<RepairStep> steps, ContainersRuntime.SourceFactory sources)
            throws Exception {
        this(directory, mode, steps, sources, ContainersSettings.DEFAULTS);
    }

    PretendRoom(
            Path directory,
            Mode mode,
            Consumer<RepairStep> steps,
            ContainersRuntime.SourceFactory sources,
            ContainersSettings settings)
            throws Exception {
        this(directory, mode, steps, sources, settings, SystemClock.open());
    }

    PretendRoom(
            Path directory,
            Mode mode,
            Consumer<RepairStep> steps,
            ContainersRuntime.SourceFactory sources,
            ContainersSettings settings,
            HostClock clock)
            throws Exception {
        this.clock = clock;
        journal = SqliteJournal.open(JournalOptions.of(directory, "test-host"), clock);
        Policy policy = new Policy(
                Map.of(
                        RootFindings.LOST.name(), mode,
                        RootFindings.AT_RISK.name(), mode,
                        RootFindings.LEFT_ALONE.name(), mode),
                Gates.SHIPPED,
                Stream.of(RootFindings.LOST, RootFindings.AT_RISK, RootFindings.LEFT_ALONE)
                        .collect(Collectors.toMap(FaultKind::name, kind -> kind)),
                Map.of(RootFindings.RESTORE.name(), RootFindings.RESTORE));
        room = new ContainersRuntime(
                new DomainContext(vertx, clock, bus, new SimpleMeterRegistry(), settings, Sections.NONE),
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
                        room::inventory,
                        live),
                false,
                true));
        for (Unit unit : room.units()) {
            deploy(unit);
        }
    }

    /** Heals what these engines run. */
    static PretendRoom of(Path directory, Consumer<RepairStep> steps, Dockerd engine) throws Exception {
        return new PretendRoom(directory, Mode.HEAL, steps, engine(engine.address()));
    }

    static ContainersRuntime.SourceFactory engine(String address) {
        return (context, threads) -> List.of(source(address, threads));
    }

    static ContainersRuntime.SourceFactory engines(Dockerd... all) {
        return (context, threads) ->
                Stream.of(all).map(engine -> source(engine.address(), threads)).toList();
    }

    private static ContainerSource source(String address, MountNamespaces threads) {
        return new EngineSource(new DockerEngine(address, QUICK), threads, new StateFiles());
    }

    private void deploy(Unit unit) throws Exception {
        ThreadingModel model = unit.worker() ? ThreadingModel.WORKER : ThreadingModel.EVENT_LOOP;
        vertx.deployVerticle(unit.make().get(), new DeploymentOptions().setThreadingModel(model))
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    List<Event> events() {
        return journal.read(Query.after(0, 10_000)).join();
    }

    /** Warnings about how an engine is set up are not among them. */
    <T extends EventData> List<T> told(Class<T> type) {
        return events().stream()
                .filter(event -> !event.subject().kind().equals("engine"))
                .map(Event::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    int count(Class<? extends EventData> type) {
        return told(type).size();
    }

    /** One pass over everything, as {@code watchdog check} makes it; of containers only. */
    List<Finding> check() {
        return room.check().join().stream()
                .filter(finding -> !finding.subject().kind().equals("engine"))
                .toList();
    }

    /** The whole story, for a message. */
    String story() {
        return events().stream()
                .map(event -> EventTypes.nameOf(event.data()) + " " + event.data())
                .collect(Collectors.joining("\n"));
    }

    /** In the order of their ends. */
    List<String> typesOf(String subject) {
        return events().stream()
                .filter(event -> event.subject().id().equals(subject))
                .map(event -> EventTypes.nameOf(event.data()).replaceAll("dev\\.watchdog\\.|\\.v1", ""))
                .toList();
    }

    Answer ask(String verb, Map<String, String> arguments, String reason) {
        Command command = new Command(UUID.randomUUID().toString(), verb, arguments, "test", reason);
        return bus.ask(command, PATIENCE)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    void awaitCount(Class<? extends EventData> type, int count) {
        try {
            await(type.getSimpleName() + " " + count + " times")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> count(type) >= count);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(count(type) + " of " + count + " " + type.getSimpleName() + "\n" + story(), e);
        }
    }

    void awaitState(String state, String... ids) {
        awaitState(state, List.of(ids));
    }

    void awaitState(String state, Collection<String> ids) {
        await(ids + " " + state)
                .atMost(PATIENCE.multipliedBy(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> inState(state).containsAll(ids));
    }

    /** Why it is in the state that it is in; empty when that is not told. */
    String why(String id) {
        return room.inventory().stream()
                .filter(line -> line.subject().id().equals(id))
                .map(line -> String.valueOf(line.details().getOrDefault("why", "")))
                .findFirst()
                .orElse("");
    }

    /** The kinds of its faults that are not over. */
    List<String> openFaults(String id) {
        return live.healer().open().stream()
                .filter(each -> each.subject().id().equals(id))
                .map(Fault::kind)
                .toList();
    }

    Set<String> inState(String state) {
        return room.inventory().stream()
                .filter(line -> line.state().equals(state))
                .map(line -> line.subject().id())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() throws IOException {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        room.close();
        journal.close();
    }
}
