package dev.watchdog.guests;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtSettings;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the verticles of this room share: the hypervisors, the host's numbers, the policy's memory, the last look. */
final class GuestsRuntime implements DomainRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(GuestsRuntime.class);

    private final DomainContext context;
    private final GuestsSettings settings;
    private final List<GuestSource> sources;
    private final HostSensor host;
    private final LimitSensor limits;
    private final Lives lives;
    private final Policing policing;
    private final RoundBuilder builder;
    private final Inventory inventory;
    private final BiConsumer<MoveStep, Action> steps;
    private final GuestMeters meters;
    private final Map<String, SourceReport> reports = new ConcurrentHashMap<>();
    private final Map<String, Consumer<Round>> followers = new ConcurrentHashMap<>();
    private final Set<UUID> moving = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;
    private volatile String foreign = "";
    private volatile Supplier<Future<Round>> looker = () -> Future.failedFuture("the watch has not begun");

    /**
     * Takes over the hypervisors.
     *
     * @param files where the host's numbers are read
     * @param steps told of every step of a move, on an event loop
     */
    GuestsRuntime(
            DomainContext context,
            List<Hypervisor> hypervisors,
            KernelFiles files,
            BiConsumer<MoveStep, Action> steps) {
        this.context = context;
        this.steps = steps;
        this.settings = (GuestsSettings) context.settings();
        this.sources = hypervisors.stream()
                .map(each -> new GuestSource(each, settings, context.clock()))
                .toList();
        this.host = new HostSensor(context.clock(), files, files.proc().resolve("pressure/memory"), this::pressed);
        this.limits = new LimitSensor(files, context.clock());
        this.lives = new Lives(context.state());
        this.policing = new Policing(settings);
        this.builder = new RoundBuilder(context.clock(), host, limits, lives, policing);
        this.inventory = new Inventory(context.clock());
        this.meters = new GuestMeters(context.meters());
    }

    Bus bus() {
        return context.bus();
    }

    HostClock clock() {
        return context.clock();
    }

    GuestsSettings settings() {
        return settings;
    }

    List<GuestSource> sources() {
        return sources;
    }

    HostSensor host() {
        return host;
    }

    Lives lives() {
        return lives;
    }

    /** What one look saw and what the policy makes of it; see {@link RoundBuilder#build}. */
    Round judge(Collection<SeenGuest> guests, Set<String> blind) throws IOException {
        return leaving ? builder.build(guests, blind).withoutShrinks() : builder.build(guests, blind);
    }

    Policing policing() {
        return policing;
    }

    /** Nobody has said that there is such a hypervisor: that there is none is nothing to tell. */
    boolean mayBeAbsent(GuestSource source) {
        return settings.enabled() == Enabled.AUTO
                && !isExpected(context.sections(), source.hypervisor().uri());
    }

    /** Somebody wrote this one into the configuration. */
    static boolean isExpected(Sections sections, String uri) {
        return sections.find(LibvirtSettings.class)
                .map(libvirt -> libvirt.key(uri))
                .filter(sections::isWritten)
                .isPresent();
    }

    /** Who looks when somebody asks. */
    void looksBy(Supplier<Future<Round>> watch) {
        looker = watch;
    }

    /** A look that begins from now on; completes on the watch's thread. */
    Future<Round> look() {
        return looker.get();
    }

    /** The same, and completes on this context. */
    Future<Round> look(Context here) {
        return Future.fromCompletionStage(looker.get().toCompletionStage(), here);
    }

    /**
     * The same of a guest that is about to be moved: what its XML says and what limits it is read anew before. An XML that
     * cannot be read in time holds as it was.
     */
    Future<Round> lookAt(Context here, UUID guest) {
        limits.expect(guest);
        List<CompletableFuture<Void>> reads = sources.stream()
                .filter(each -> each.knows(guest))
                .map(each -> each.read(guest).<Void>handle((read, failure) -> null))
                .toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]));
        return Future.fromCompletionStage(all, here).compose(read -> look(here));
    }

    /** Whether a move of it is under way. */
    boolean isMoving(UUID guest) {
        return moving.contains(guest);
    }

    /** A move begins, or ends. */
    void moves(UUID guest, boolean begins) {
        if (begins) {
            moving.add(guest);
        } else {
            moving.remove(guest);
        }
    }

    /** Whether the agent is about to stop: nothing is taken from anybody any more. */
    boolean isLeaving() {
        return leaving;
    }

    private void pressed() {
        var unused = look();
    }

    /**
     * Calls the follower with each look, on the watch's thread: hop to your own. A later one of the same name takes its
     * place: a verticle that was redeployed leaves nothing behind, even if it hung.
     */
    void rounds(String name, Consumer<Round> follower) {
        followers.put(name, follower);
    }

    void publish(Round round) {
        tell(round.verdict().host().pressure().foreign());
        inventory.take(round);
        meters.take(round);
        followers.values().forEach(each -> each.accept(round));
    }

    /** Somebody waits for memory who is no guest, while the host has some: told when it begins, and nothing is done. */
    private void tell(String waits) {
        if (!waits.isEmpty() && foreign.isEmpty()) {
            LOG.info("{}", waits);
        }
        foreign = waits;
    }

    /** How far a move has come. */
    void step(MoveStep step, Action action) {
        steps.accept(step, action);
    }

    /** What was ordered, for people. */
    void told(UUID guest, Command order) {
        inventory.ordered(guest, order);
    }

    /** Whether libvirt lets nobody set a guest's memory now; completes on this context. */
    Future<Boolean> busy(Context here, SeenGuest guest) {
        return sources.stream()
                .filter(each -> each.hypervisor().uri().equals(guest.source()))
                .findFirst()
                .map(each -> Future.fromCompletionStage(each.busy(guest.id()), here))
                .orElseGet(() -> Future.failedFuture("no hypervisor has this guest"));
    }

    /** Gives a guest a target, in bytes; completes on this context. */
    Future<Void> set(Context here, String uri, UUID guest, long bytes) {
        return hypervisor(uri)
                .map(each -> Future.fromCompletionStage(each.setMemory(guest, bytes / 1024), here))
                .orElseGet(() -> Future.failedFuture("no hypervisor has this guest"));
    }

    /** What its XML says now. */
    void learn(SeenGuest guest, GuestDescription description) {
        sources.stream()
                .filter(each -> each.hypervisor().uri().equals(guest.source()))
                .forEach(each -> each.learn(guest.id(), description));
    }

    Optional<Hypervisor> hypervisor(String uri) {
        return sources.stream()
                .map(GuestSource::hypervisor)
                .filter(each -> each.uri().equals(uri))
                .findFirst();
    }

    /** One of a pair with the same UUID on two hypervisors is left out, and said so once in a while. */
    void add(Map<UUID, SeenGuest> guests, SeenGuest guest) {
        SeenGuest other = guests.putIfAbsent(guest.id(), guest);
        if (other != null && inventory.isNews(guest)) {
            LOG.warn(
                    "guest {} is on {} and on {}: the one on {} is left out; give it a UUID of its own",
                    guest.id(),
                    other.source(),
                    guest.source(),
                    guest.source());
        }
    }

    @Override
    public List<Unit> units() {
        return List.of(
                new Unit("guests-moves", () -> new MoveVerticle(this), false, false),
                new Unit("guests-statistics", () -> new StatisticsVerticle(this), false, false),
                new Unit("guests-release", () -> new ReleaseVerticle(this), false, false),
                new Unit("guests-orders", () -> new OrderVerticle(this), false, false),
                new Unit("guests-watch", () -> new WatchVerticle(this), true, false));
    }

    @Override
    public List<WatchedSubject> inventory() {
        return inventory.subjects();
    }

    /** A hypervisor has answered, or why it has not. */
    void report(SourceReport report) {
        reports.put(report.name(), report);
    }

    /** The same, of a failure. */
    void report(GuestSource source, Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        report(
                OnePass.isAbsence(failure) && mayBeAbsent(source)
                        ? SourceReport.absent(source.name(), why)
                        : SourceReport.unseen(source.name(), why));
    }

    @Override
    public List<SourceReport> sourceReports() {
        return sources.stream()
                .map(each -> reports.getOrDefault(each.name(), SourceReport.waiting(each.name())))
                .toList();
    }

    @Override
    public Map<String, Integer> subjects() {
        return Map.of(Kinds.GUEST, inventory.size());
    }

    /** Takes nothing any more, and gives back what the host has free of what was taken, by a command like anybody's. */
    @Override
    public CompletableFuture<Void> giveBack(String id) {
        leaving = true;
        if (policing.release(policing.known()).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        dev.watchdog.healing.Command release = new dev.watchdog.healing.Command(
                id, ReleaseOrder.VERB.name(), Map.of("guest", VerbKind.ALL), "agent", "the agent stops");
        return context.bus()
                .ask(release, LAST_WORDS)
                .toCompletionStage()
                .toCompletableFuture()
                .handle((answer, failure) -> {
                    LOG.info(
                            "the agent stops: {}",
                            failure == null
                                    ? answer.result().summary()
                                    : "not all was given back: " + failure.getMessage());
                    return null;
                });
    }

    /** One bulk call and one decision of each hypervisor, with everybody's XML. */
    @Override
    public CompletableFuture<List<Finding>> check() {
        return new OnePass(this).run();
    }

    @Override
    public void close() {
        sources.forEach(GuestSource::close);
        host.close();
        limits.close();
    }
}
