package dev.watchdog.agent;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.JournalState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Unit;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.kafka.HostFacts;
import dev.watchdog.kafka.KafkaDoor;
import dev.watchdog.kafka.KafkaReport;
import dev.watchdog.kafka.KafkaSettings;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.metrics.AgentMetrics;
import dev.watchdog.metrics.MetricsVerticle;
import dev.watchdog.web.About;
import dev.watchdog.web.ControlSocketVerticle;
import dev.watchdog.web.Relay;
import dev.watchdog.web.Sources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole agent, from the journal to the doors. {@link #start} returns when it is ready; {@link #close} lets running
 * actions end, then takes everything down in the reverse order. Both block; call them from a thread of your own.
 */
public final class Agent implements AutoCloseable {
    /** How long running actions are waited for when the agent stops; what is left is taken up by its successor. */
    private static final Duration LAST_ACTIONS = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final SocketLock lock;
    private final Vertx vertx;
    private final Journal journal;
    private final LiveState live = new LiveState();
    private final OpenDomains domains = new OpenDomains();
    private final AgentMetrics metrics;
    private final Supervisor supervisor;
    private final Vitals vitals;
    private final About about;
    private final HttpDoor http;
    private final @Nullable KafkaDoor kafka;
    private final List<Unit> doors = new ArrayList<>();
    private final List<Unit> core = new ArrayList<>();
    private final List<Unit> sensors = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What an agent is made of.
     *
     * @param domains all there are; the configuration may turn some off
     * @param version of the agent, for people
     */
    public record Setup(
            Configuration configuration, List<Domain> domains, HostClock clock, HostIdentity identity, String version) {
        public Setup {
            domains = List.copyOf(domains);
        }
    }

    private Agent(Setup setup, SocketLock lock, Vertx vertx, Journal journal) {
        this.lock = lock;
        this.vertx = vertx;
        this.journal = journal;
        Settings settings = setup.configuration().settings();
        List<Domain> enabled = OpenDomains.enabled(setup.domains(), setup.configuration());
        HostClock clock = setup.clock();
        Bus bus = new Bus(vertx);
        Policy policy = setup.configuration().policy(enabled);
        metrics = new AgentMetrics(journal, live, policy, enabled, domains::runtimes);
        supervisor = new Supervisor(vertx, clock, bus, ended::complete);
        Resources resources = new Resources();
        vitals = new Vitals(journal, live, supervisor, resources);
        kafka = settings.kafka().enabled() ? kafka(setup, bus, policy) : null;
        about = about(setup);
        Sources sources = new Sources(
                about,
                journal,
                live,
                bus,
                policy,
                clock,
                enabled,
                domains::runtimes,
                vitals,
                metrics::scrape,
                metrics.registry(),
                this::relay);
        http = new HttpDoor(sources, settings.http().listen(), hostNames(setup));
        core.add(new Unit(
                "healer",
                () -> new HealerVerticle(journal, clock, bus, policy, domains::subjects, domains::inventory, live),
                false,
                true));
        core.add(new Unit("resources", () -> new ResourcesVerticle(resources, bus), false, false));
        AtomicLong logged = new AtomicLong(journal.last());
        core.add(new Unit("event-log", () -> new EventLogVerticle(journal, bus, clock, logged), false, false));
        core.add(new Unit("metrics", () -> new MetricsVerticle(metrics, journal, bus), false, false));
        if (kafka != null) {
            core.addAll(kafka.readers());
        }
        doors.add(new Unit(
                "control",
                () -> new ControlSocketVerticle(sources, settings.control().socket()),
                false,
                false));
        doors.add(new Unit("http", http::make, false, false));
        if (kafka != null) {
            Path keyRing = settings.kafka().commands().keyRing();
            kafka.commands(new KeyRingFile(keyRing)).ifPresent(doors::add);
        }
        domains.open(
                enabled,
                domain -> new DomainContext(
                        vertx,
                        clock,
                        bus,
                        metrics.registry(),
                        setup.configuration().settingsOf(domain),
                        setup.configuration().sections(),
                        new JournalState(journal, domain.name())));
        sensors.addAll(domains.units());
        deploy();
        enabled.forEach(domain -> {
            String why = domains.failures().get(domain.name());
            if (why != null) {
                bus.blind("domain:" + domain.name(), why);
            } else {
                bus.sees("domain:" + domain.name());
            }
        });
        supervisor.forgetStrangers(live.blindSensors());
        if (kafka == null) {
            live.blindSensors().stream()
                    .filter(sensor -> sensor.startsWith(KafkaSettings.SENSORS))
                    .forEach(bus::sees);
        }
        vitals.serving(true);
    }

    /**
     * Starts an agent.
     *
     * @throws StartException in one line, with nothing left running
     */
    public static Agent start(Setup setup) {
        SocketLock lock =
                SocketLock.take(setup.configuration().settings().control().socket());
        CompletableFuture<Vertx> vertx = new CompletableFuture<>();
        Thread maker = new Thread(() -> complete(vertx), "start-vertx");
        maker.start();
        Journal journal = null;
        try {
            journal = openJournal(setup);
            return new Agent(setup, lock, vertx.join(), journal);
        } catch (RuntimeException e) {
            if (journal != null) {
                journal.close();
            }
            vertx.thenCompose(made -> made.close().toCompletionStage()).join();
            release(lock);
            throw new StartException(OneLine.of(e), e);
        }
    }

    private static void complete(CompletableFuture<Vertx> vertx) {
        try {
            vertx.complete(VertxSetup.make());
        } catch (RuntimeException | LinkageError e) {
            vertx.completeExceptionally(e);
        }
    }

    private static Journal openJournal(Setup setup) {
        Settings.JournalSection section = setup.configuration().settings().journal();
        return SqliteJournal.open(
                JournalOptions.of(section.directory(), hostId(setup))
                        .withMaxSize(section.maxSize().bytes())
                        .withMaxAge(section.maxAge()),
                setup.clock());
    }

    private static String hostId(Setup setup) {
        String id = setup.configuration().settings().host().id();
        return id.isEmpty() ? setup.identity().id() : id;
    }

    private static About about(Setup setup) {
        Settings.Host host = setup.configuration().settings().host();
        String name = host.name().isEmpty() ? setup.identity().name() : host.name();
        return new About(
                hostId(setup),
                name,
                host.labels(),
                setup.version(),
                setup.clock().now());
    }

    private KafkaDoor kafka(Setup setup, Bus bus, Policy policy) {
        About about = about(setup);
        Settings settings = setup.configuration().settings();
        return new KafkaDoor(
                settings.kafka(),
                new HostFacts(
                        about.hostId(),
                        about.hostName(),
                        about.labels(),
                        about.version(),
                        about.started().wall(),
                        settings.mode().word()),
                new KafkaDoor.Agent(journal, bus, live, policy, setup.clock(), domains::runtimes, metrics.registry()));
    }

    private @Nullable Relay relay() {
        if (kafka == null) {
            return null;
        }
        KafkaReport report = kafka.report();
        return new Relay(report.connected(), report.why(), report.cursor(), report.lag());
    }

    private static Set<String> hostNames(Setup setup) {
        return new HashSet<>(List.of(setup.identity().name(), about(setup).hostName()));
    }

    private void deploy() {
        await(supervisor.start(core.get(0)), PATIENCE);
        List<Future<Void>> others = new ArrayList<>();
        core.subList(1, core.size()).forEach(unit -> others.add(supervisor.start(unit)));
        sensors.forEach(unit -> others.add(supervisor.start(unit)));
        doors.forEach(unit -> others.add(supervisor.start(unit)));
        await(Future.join(others), PATIENCE);
    }

    private static void await(Future<?> future, Duration patience) {
        try {
            future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the agent cannot live: " + OneLine.of(Objects.requireNonNullElse(e.getCause(), e)), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the agent did not start within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** Completes with an exit code when the agent cannot live any longer. */
    public CompletableFuture<Integer> ended() {
        return ended;
    }

    /** Who it is, as it is configured. */
    public About about() {
        return about;
    }

    /** Where HTTP is served; port 0 while it is not. */
    public ListenAddress http() {
        return http.address();
    }

    /** The units that do not live right now. */
    public List<String> unitsDown() {
        return supervisor.down(false);
    }

    /**
     * Stops: the domains give back what they took, then the doors, then running actions end, then the domains, the healer,
     * the journal. Safe to repeat.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        vitals.serving(false);
        quietly("what the domains give back", this::giveBack);
        live.stopActing();
        quietly("the doors", () -> await(supervisor.stop(doors), PATIENCE));
        quietly("running actions", this::awaitLastActions);
        quietly("the domains' units", () -> await(supervisor.stop(sensors), PATIENCE));
        domains.close();
        quietly("the healer", () -> await(supervisor.stop(core), PATIENCE));
        journal.close();
        metrics.close();
        quietly("Vert.x", () -> await(vertx.close(), PATIENCE));
        release(lock);
    }

    private void giveBack() {
        List<CompletableFuture<Void>> all = domains.runtimes().stream()
                .map(each -> each.giveBack(UUID.randomUUID().toString()))
                .toList();
        CompletableFuture<Void> done = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
        await(Future.fromCompletionStage(done), DomainRuntime.LAST_WORDS);
    }

    private void awaitLastActions() {
        CompletableFuture<Void> none = new CompletableFuture<>();
        long timer = vertx.setPeriodic(LOOK_AGAIN.toMillis(), each -> {
            if (!running()) {
                none.complete(null);
            }
        });
        try {
            if (running()) {
                LOG.info("waiting up to {} s for running actions", LAST_ACTIONS.toSeconds());
                none.get(LAST_ACTIONS.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("an action is still running; it is judged when the agent starts again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            vertx.cancelTimer(timer);
        }
    }

    private boolean running() {
        return live.healer().open().stream()
                .anyMatch(fault -> fault.attempt() != null && fault.attempt().running());
    }

    private static void quietly(String what, Runnable stop) {
        try {
            stop.run();
        } catch (RuntimeException e) {
            LOG.warn("{} did not stop well: {}", what, OneLine.of(e));
        }
    }

    private static void release(SocketLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("the lock of the control socket was not let go: {}", OneLine.of(e));
        }
    }
}
