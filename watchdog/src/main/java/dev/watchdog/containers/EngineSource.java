package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.Engine;
import dev.watchdog.docker.EngineEvent;
import dev.watchdog.docker.EngineException;
import dev.watchdog.docker.EngineInfo;
import dev.watchdog.docker.EngineListener;
import dev.watchdog.linux.MountNamespaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inventory of one Docker engine, from its API. Every connection begins with a full list, because events may have
 * been missed; while the engine does not answer, the runtime's own state files stand in ({@link StateFiles}).
 */
final class EngineSource implements ContainerSource, EngineListener {
    /** As many inspections at a time as the engine's pool has threads to spare beside a ping. */
    private static final int AT_ONCE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(EngineSource.class);
    /** Before what failed is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(3);

    /** Before an engine that is not proven is looked at again. */
    private static final Duration PROVE_AGAIN = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofSeconds(5);
    /** What changes which containers run, or how they are called. The engine tells of each exec as well. */
    private static final Set<String> STARTS = Set.of("start", "rename", "restart");

    private static final String REMOVED = "destroy";
    private static final Set<String> ENDS = Set.of("die", REMOVED);

    private final Engine engine;
    private final MountNamespaces threads;
    private final StateFiles files;
    private final EngineIdentity identity;
    private final ForsakenContainers forsaken;
    private final EngineLock lock = new EngineLock();
    private final boolean expected;
    private final AtomicInteger round = new AtomicInteger();
    private final AtomicBoolean behind = new AtomicBoolean();
    private final Executor later = CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    private volatile @Nullable EngineInfo info;
    private volatile @Nullable Listener listener;
    /** Another agent looks after it. */
    private volatile boolean refused;

    private @Nullable Runnable unwatch;

    /** What came of a list, and why this agent must leave the engine to another one. */
    private record Listed(
            EngineIdentity.Proof proof, @Nullable String obstacle, boolean rootless, List<Inspected> containers) {}

    /** Who answers, and why this agent must leave it to another one. */
    private record Found(
            EngineIdentity.Proof proof, @Nullable String obstacle) {}

    /** What the engine told of one container. */
    private interface Inspected {
        RunningContainer as(EngineIdentity.Proof proof);
    }

    EngineSource(Engine engine, MountNamespaces threads, StateFiles files) {
        this(engine, threads, files, new EngineIdentity(engine.address()));
    }

    EngineSource(Engine engine, MountNamespaces threads, StateFiles files, EngineIdentity identity) {
        this(engine, threads, files, identity, false);
    }

    /** @param expected somebody has said that it is there */
    EngineSource(Engine engine, MountNamespaces threads, StateFiles files, EngineIdentity identity, boolean expected) {
        this.expected = expected;
        this.engine = engine;
        this.threads = threads;
        this.files = files;
        this.identity = identity;
        this.forsaken =
                new ForsakenContainers(engine, name(), threads, files, record -> container(record, identity.last()));
    }

    @Override
    public String name() {
        return "docker:" + engine.address();
    }

    @Override
    public boolean expected() {
        return expected;
    }

    @Override
    public synchronized void follow(Listener told) {
        listener = told;
        unwatch = engine.watch(this);
    }

    @Override
    public void connected(boolean resumed) {
        relist(round.incrementAndGet());
    }

    /** Lists until that has worked or the connection is another. */
    private void relist(int mine) {
        CompletableFuture<Listed> ignored = look(true).whenComplete((listed, failure) -> {
            Listener told = listener;
            if (told == null || mine != round.get()) {
                return;
            }
            if (failure != null) {
                blind(told, failure);
                later.execute(() -> relist(mine));
            } else if (listed.obstacle() != null) {
                refused = true;
                told.blind(name(), listed.obstacle(), false);
                again(mine);
            } else if (listed.proof().isProven()) {
                refused = false;
                List<RunningContainer> running = containers(listed);
                told.all(name(), running);
                forsaken.find(running, listed.proof().process(), told);
            } else {
                leaveAlone(told, listed, mine);
            }
        });
    }

    /** It is not the host's own engine: what it tells of is shown, and changes nothing of what is known. */
    private void leaveAlone(Listener told, Listed listed, int mine) {
        String why = listed.rootless() ? RunningContainer.ROOTLESS : "its engine is not proven to be root's";
        if (listed.rootless()) {
            told.all(name(), List.of());
        } else {
            told.blind(name(), unproven(listed.proof()), false);
            again(mine);
        }
        told.claimed(
                name(),
                containers(listed).stream().map(each -> each.leftAlone(why)).toList());
    }

    private void again(int mine) {
        CompletableFuture.delayedExecutor(PROVE_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (mine == round.get()) {
                        relist(mine);
                    }
                });
    }

    private String unproven(EngineIdentity.Proof proof) {
        return "who answers on " + engine.address() + " is not proven to be root's engine and is left alone: "
                + proof.missing();
    }

    /** A start was told and then the engine did not say of what: everything is listed instead, once for many. */
    private void missed() {
        if (behind.compareAndSet(false, true)) {
            int mine = round.get();
            later.execute(() -> {
                behind.set(false);
                if (mine == round.get() && listener != null) {
                    relist(mine);
                }
            });
        }
    }

    @Override
    public void event(EngineEvent event) {
        Listener told = listener;
        if (told == null || refused) {
            return;
        }
        if (!identity.last().isProven()) {
            if (ENDS.contains(event.action()) || STARTS.contains(event.action())) {
                missed();
            }
        } else if (event.action().equals(REMOVED)) {
            told.removed(event.id());
        } else if (ENDS.contains(event.action())) {
            told.gone(event.id());
        } else if (STARTS.contains(event.action())) {
            CompletableFuture<ContainerRecord> ignored = engine.inspect(event.id())
                    .whenComplete((record, failure) -> {
                        if (failure == null && record.running()) {
                            told.one(container(record, identity.last()));
                        } else if (failure != null && EngineFailures.isOfOneAlone(failure)) {
                            told.one(unreadable(event.id(), event.name(), failure, identity.last()));
                        } else if (failure != null && !EngineFailures.isGone(failure)) {
                            missed();
                        }
                    });
        }
    }

    @Override
    public void ask(RunningContainer container) {
        Listener told = listener;
        if (told != null && identity.last().isProven()) {
            forsaken.ask(container, told);
        }
    }

    @Override
    public void lost(EngineException why) {
        round.incrementAndGet();
        Listener told = listener;
        if (told != null) {
            blind(told, why);
        }
    }

    /** The API does not answer: what the runtime left on disk is asked instead. */
    private void blind(Listener told, Throwable failure) {
        Throwable cause = EngineFailures.cause(failure);
        boolean absent = EngineFailures.isAbsence(cause);
        told.blind(name(), String.valueOf(cause.getMessage()), absent);
        if (!absent && !refused) {
            CompletableFuture<Void> ignored = threads.here(
                            LOOK,
                            () -> files.running(name(), identity.stillThere().process()))
                    .thenAccept(containers -> containers.forEach(told::one))
                    .exceptionally(trouble -> {
                        LOG.warn("the state files of {} cannot be read: {}", name(), trouble.getMessage());
                        return null;
                    });
        }
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return look(false).thenApply(listed -> {
            if (listed.proof().isProven()) {
                return containers(listed);
            }
            if (listed.rootless()) {
                return List.of();
            }
            throw new CompletionException(new UnprovenException(unproven(listed.proof())));
        });
    }

    /** Who answers is proven after it has answered: it listens by then. One that hangs is not called upon once more. */
    private CompletableFuture<Listed> look(boolean following) {
        return engine.info()
                .handle((told, failure) -> Optional.ofNullable(told))
                .thenCompose(told -> threads.here(
                                LOOK,
                                () -> found(told.isPresent() ? identity.find() : identity.stillThere(), following))
                        .thenCompose(found -> engine.running()
                                .thenCompose(refs -> inspectAll(refs.iterator()))
                                .thenApply(containers -> listed(found, told, containers))));
    }

    private Found found(EngineIdentity.Proof proof, boolean following) {
        return new Found(proof, following && proof.isProven() ? lock.obstacle(proof.process()) : null);
    }

    /** What it last said of itself holds as long as it says nothing; who is not proven is not heard. */
    private Listed listed(Found found, Optional<EngineInfo> told, List<Inspected> containers) {
        if (found.proof().isProven() && told.isPresent()) {
            info = told.get();
        }
        boolean rootless = told.map(EngineInfo::rootless).orElse(false);
        return new Listed(found.proof(), found.obstacle(), rootless, containers);
    }

    private CompletableFuture<List<Inspected>> inspectAll(Iterator<ContainerRef> refs) {
        List<Inspected> found = new ArrayList<>();
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            lanes.add(inspectNext(refs, found));
        }
        return CompletableFuture.allOf(lanes.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    synchronized (found) {
                        return List.copyOf(found);
                    }
                });
    }

    private CompletableFuture<Void> inspectNext(Iterator<ContainerRef> refs, List<Inspected> found) {
        ContainerRef next;
        synchronized (found) {
            if (!refs.hasNext()) {
                return CompletableFuture.completedFuture(null);
            }
            next = refs.next();
        }
        return engine.inspect(next.id())
                .handle((record, failure) -> {
                    if (failure == null) {
                        add(record, found);
                    } else if (EngineFailures.isOfOneAlone(failure)) {
                        synchronized (found) {
                            found.add(proof -> unreadable(next.id(), next.name(), failure, proof));
                        }
                    } else if (!EngineFailures.isGone(failure)) {
                        throw new CompletionException(failure);
                    }
                    return null;
                })
                .thenCompose(done -> inspectNext(refs, found));
    }

    private void add(ContainerRecord record, List<Inspected> found) {
        if (record.running()) {
            synchronized (found) {
                found.add(proof -> container(record, proof));
            }
        }
    }

    private RunningContainer unreadable(String id, String called, Throwable failure, EngineIdentity.Proof proof) {
        String why = String.valueOf(EngineFailures.cause(failure).getMessage());
        return new RunningContainer(id, called, name(), 0, "", new Layer.LeftAlone(why), 0, proof.process(), why);
    }

    private List<RunningContainer> containers(Listed listed) {
        return listed.containers().stream().map(each -> each.as(listed.proof())).toList();
    }

    private RunningContainer container(ContainerRecord record, EngineIdentity.Proof proof) {
        int pid = record.pid() > Integer.MAX_VALUE ? 0 : (int) record.pid();
        DockerRoot root = DockerRoot.of(record);
        RunningContainer container = new RunningContainer(
                record.id(),
                record.name(),
                name(),
                pid,
                root.rootfs(),
                root.layer(),
                0,
                proof.process(),
                root.unsupported(),
                record.mayMount());
        EngineInfo told = info;
        if (told != null && told.rootless()) {
            return container.leftAlone(RunningContainer.ROOTLESS);
        }
        if (proof.isProven()) {
            files.learn(record.execRoot());
        }
        return container;
    }

    @Override
    public Optional<EngineInfo> engine() {
        return Optional.ofNullable(info);
    }

    @Override
    public CompletableFuture<Optional<EngineSetup>> setup() {
        return engine.info()
                .thenCompose(told -> threads.here(LOOK, () -> {
                    EngineIdentity.Proof proof = identity.stillThere();
                    if (!proof.isProven()) {
                        return Optional.empty();
                    }
                    info = told;
                    return proof.process().pid() == 0
                            ? Optional.empty()
                            : Optional.of(EngineSetup.of(told, proof.process()));
                }));
    }

    @Override
    public synchronized void close() {
        listener = null;
        if (unwatch != null) {
            unwatch.run();
        }
        lock.close();
        engine.close();
    }
}
