package dev.watchdog.containers;

import dev.watchdog.docker.EngineInfo;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Visit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What the verticles of this room share: the threads, the views, the list, and the work that is done on the threads. */
final class ContainersRuntime implements DomainRuntime {
    static final int THREADS = 4;
    private static final int QUEUED = 4_096;
    private static final int BATCH = 50;
    private static final Duration REHEARSAL = Duration.ofMinutes(1);
    private static final Duration ADOPTION = Duration.ofSeconds(10);

    /** What came of taking containers under watch; those that ended meanwhile are in neither. */
    record Adopted(List<Watched> watched, List<Watchlist.Unwatched> unwatched) {}

    private final DomainContext context;
    private final ContainersSettings settings;
    private final MountNamespaces threads = new MountNamespaces(THREADS, QUEUED);
    private final Views views = new Views();
    private final FollowedNamespaces namespaces;
    private final RootMounts rootMounts;
    private final Watchlist watchlist;
    private final SourceReports reports;
    private final SetupCheck setups = new SetupCheck(this);
    private final Adopter adopter = new Adopter(views);
    private final Leftovers leftovers = new Leftovers(views);
    private final Set<String> underRepair = ConcurrentHashMap.newKeySet();
    private final Consumer<RepairStep> steps;
    private final List<ContainerSource> sources;
    private final Sweeper sweeper;
    private final CompletableFuture<Mending> mending;
    private volatile Consumer<String> lookAgain = id -> {};

    /** Takes over the sources that the factory makes on the room's threads. */
    ContainersRuntime(DomainContext context, Consumer<RepairStep> steps, SourceFactory factory) {
        this.context = context;
        this.settings = (ContainersSettings) context.settings();
        this.steps = steps;
        this.sources = factory.make(context, threads);
        MountEvents mountEvents = new MountEvents(context.clock());
        this.namespaces = new FollowedNamespaces(context.clock(), mountEvents);
        this.rootMounts = new RootMounts(mountEvents);
        FuseServers fuse = new FuseServers();
        this.watchlist = new Watchlist(id -> {
            rootMounts.forget(id);
            fuse.forget(id);
        });
        this.reports = new SourceReports(watchlist);
        this.sweeper = new Sweeper(
                threads,
                views,
                adopter,
                context.clock(),
                settings.lookDeadline(),
                rootMounts,
                fuse,
                new Witness(context.clock(), mountEvents, rootMounts, this::engine),
                each -> watchlist().isHealthy(each.container().id()));
        this.mending = threads.rehearse(REHEARSAL)
                .handle((able, failure) -> failure == null
                        ? Mending.of(able)
                        : Mending.impossible("the rehearsal of a repair failed: " + failure.getMessage()));
    }

    /** Makes the inventories. */
    @FunctionalInterface
    interface SourceFactory {
        List<ContainerSource> make(DomainContext context, MountNamespaces threads);
    }

    Bus bus() {
        return context.bus();
    }

    HostClock clock() {
        return context.clock();
    }

    ContainersSettings settings() {
        return settings;
    }

    MountNamespaces threads() {
        return threads;
    }

    Watchlist watchlist() {
        return watchlist;
    }

    List<ContainerSource> sources() {
        return sources;
    }

    /** Asks whoever told of one that lives while it is said to have ended. */
    void ask(RunningContainer container) {
        sources.stream()
                .filter(each -> each.name().equals(container.source()))
                .forEach(source -> source.ask(container));
    }

    SourceReports reports() {
        return reports;
    }

    @Override
    public List<SourceReport> sourceReports() {
        return reports.of(sources);
    }

    SetupCheck setups() {
        return setups;
    }

    RootMounts rootMounts() {
        return rootMounts;
    }

    private Optional<EngineInfo> engine(String source) {
        return sources.stream()
                .filter(each -> each.name().equals(source))
                .findFirst()
                .flatMap(ContainerSource::engine);
    }

    Sweeper sweeper() {
        return sweeper;
    }

    /** The containers whose repair has not ended. */
    Set<String> underRepair() {
        return underRepair;
    }

    /** What can be done about a lost root on this host. */
    CompletableFuture<Mending> mending() {
        return mending;
    }

    /** Nobody has said that there is such a source: that there is none is nothing to tell. */
    boolean mayBeAbsent(ContainerSource source) {
        return settings.enabled() == Enabled.AUTO && !source.expected();
    }

    /** Takes containers under watch, some at a time on each thread. */
    CompletableFuture<Adopted> adopt(List<RunningContainer> containers) {
        List<CompletableFuture<Adopted>> batches = new ArrayList<>();
        for (int i = 0; i < containers.size(); i += BATCH) {
            List<RunningContainer> batch = containers.subList(i, Math.min(containers.size(), i + BATCH));
            batches.add(threads.visit(ADOPTION, visit -> adopt(visit, batch))
                    .exceptionally(failure -> new Adopted(List.of(), unseen(batch, failure))));
        }
        return CompletableFuture.allOf(batches.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    Adopted all = new Adopted(new ArrayList<>(), new ArrayList<>());
                    batches.forEach(batch -> {
                        all.watched().addAll(batch.join().watched());
                        all.unwatched().addAll(batch.join().unwatched());
                    });
                    return all;
                });
    }

    private Adopted adopt(Visit visit, List<RunningContainer> batch) {
        Adopted adopted = new Adopted(new ArrayList<>(), new ArrayList<>());
        for (RunningContainer container : batch) {
            RunningContainer told =
                    Adopter.isRootless(container) ? container.leftAlone(RunningContainer.ROOTLESS) : container;
            if (told.unsupported() == null && told.layer() instanceof Layer.LeftAlone alone) {
                adopted.unwatched().add(new Watchlist.Unwatched(told, alone.why()));
                continue;
            }
            Watched known = watchlist.find(container.id());
            if (told.unsupported() != null && known != null && lives(known)) {
                // another told of it before what is told now is not understood
                adopted.watched().add(known);
                continue;
            }
            try {
                adopted.watched().add(adopt(visit, container));
            } catch (UnprovenException | IOException e) {
                if (lives(container)) {
                    adopted.unwatched().add(new Watchlist.Unwatched(container, String.valueOf(e.getMessage())));
                }
            }
        }
        return adopted;
    }

    private static List<Watchlist.Unwatched> unseen(List<RunningContainer> batch, Throwable failure) {
        return batch.stream()
                .map(each -> new Watchlist.Unwatched(each, "it could not be looked at: " + failure.getMessage()))
                .toList();
    }

    private static boolean lives(Watched known) {
        try {
            return !known.init().exited();
        } catch (ErrnoException | IllegalStateException e) {
            // it was let go of this moment, or cannot be told from one that was
            return false;
        }
    }

    private static boolean lives(RunningContainer container) {
        try (Pidfd init = Pidfd.open(container.pid())) {
            return !init.exited();
        } catch (ErrnoException e) {
            return !e.symbol().equals("ESRCH");
        }
    }

    private Watched adopt(Visit visit, RunningContainer container) throws IOException, UnprovenException {
        Watched known = watchlist.find(container.id());
        return known != null && isSameLife(known, container)
                ? adopter.renew(known, container.namedAs(known.container()))
                : adopter.adopt(visit, container);
    }

    private static boolean isSameLife(Watched known, RunningContainer container) throws ErrnoException {
        try {
            return known.init().pid() == container.pid() && !known.init().exited();
        } catch (IllegalStateException e) {
            // let go of this moment
            return false;
        }
    }

    /** With viewers that live: one that it was seen through may have ended since. On a resident thread. */
    Watched upToDate(Watched watched) throws IOException {
        views.prune();
        return sweeper.upToDate(watched);
    }

    /** The mount namespaces that containers are seen in. */
    FollowedNamespaces namespaces() {
        return namespaces;
    }

    /** Who looks at one container again when asked. */
    void looksAgain(Consumer<String> looker) {
        lookAgain = looker;
    }

    /** Asks for a look at one container. */
    void lookAgain(String id) {
        lookAgain.accept(id);
    }

    /** Why one that is not watched is not seen; it has gone when nobody tells of it. */
    Finding unseen(Subject subject) {
        Watchlist.Unwatched known = watchlist.unwatched(subject.id());
        String kind = RootFindings.LOST.name();
        return known == null
                ? new Finding.Gone(subject, kind, clock().now())
                : new Finding.Unknown(subject, kind, known.why(), clock().now(), known.isLeftAlone());
    }

    /** Makes private what an earlier agent left that is a peer of the container's own root. */
    CompletableFuture<Boolean> separate(Watched watched) {
        return threads.visit(RootFindings.RESTORE.deadline(), visit -> {
            PeerMounts.separate(visit, watched);
            return true;
        });
    }

    /** Takes back what an unfinished repair of a container that has ended may have left. */
    CompletableFuture<Integer> tidy(Action action) {
        return threads.visit(RootFindings.RESTORE.deadline(), visit -> leftovers.tidy(visit, Plan.from(action.plan())));
    }

    @Override
    public List<Unit> units() {
        return List.of(
                new Unit("containers-remedy", this::remedy, true, false),
                new Unit("containers-detector", () -> new DetectorVerticle(this), false, false));
    }

    private RemedyVerticle remedy() {
        return new RemedyVerticle(this, new RestoreRootfs(context.clock(), steps));
    }

    @Override
    public List<WatchedSubject> inventory() {
        return watchlist.inventory();
    }

    @Override
    public Map<String, Integer> subjects() {
        return Map.of(Watched.KIND, watchlist.size());
    }

    @Override
    public CompletableFuture<List<Finding>> check() {
        return new OnePass(this).run();
    }

    @Override
    public synchronized void close() {
        sources.forEach(ContainerSource::close);
        namespaces.close();
        threads.close();
        watchlist.all().forEach(each -> watchlist.drop(each.container().id()));
        views.close();
    }
}
