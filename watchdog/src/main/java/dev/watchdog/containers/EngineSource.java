package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.Engine;
import dev.watchdog.docker.EngineEvent;
import dev.watchdog.docker.EngineException;
import dev.watchdog.docker.EngineInfo;
import dev.watchdog.docker.EngineListener;
import dev.watchdog.linux.Listeners;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Processes;
import java.io.IOException;
import java.nio.file.Path;
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
    private static final String PREFIX = "unix://";
    /** As many inspections at a time as the engine's pool has threads to spare beside a ping. */
    private static final int AT_ONCE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(EngineSource.class);
    /** Before what failed is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofSeconds(5);
    /** What changes which containers run, or how they are called. The engine tells of each exec as well. */
    private static final Set<String> STARTS = Set.of("start", "rename", "restart");

    private static final Set<String> ENDS = Set.of("die", "destroy");

    private final Engine engine;
    private final MountNamespaces threads;
    private final StateFiles files;
    private final AtomicInteger round = new AtomicInteger();
    private final AtomicBoolean behind = new AtomicBoolean();
    private final Executor later = CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    private volatile int enginePid;
    /** So that a number given away is not taken for it. */
    private volatile long engineStarted = -1;

    private volatile @Nullable EngineInfo info;
    private volatile @Nullable Listener listener;
    private @Nullable Runnable unwatch;

    EngineSource(Engine engine, MountNamespaces threads, StateFiles files) {
        this.engine = engine;
        this.threads = threads;
        this.files = files;
    }

    @Override
    public String name() {
        return "docker:" + engine.address();
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
        CompletableFuture<List<RunningContainer>> ignored = list().whenComplete((containers, failure) -> {
            Listener told = listener;
            if (told == null || mine != round.get()) {
                return;
            }
            if (failure == null) {
                told.all(name(), containers);
            } else {
                blind(told, failure);
                later.execute(() -> relist(mine));
            }
        });
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
        if (told == null) {
            return;
        }
        if (ENDS.contains(event.action())) {
            told.gone(event.id());
        } else if (STARTS.contains(event.action())) {
            CompletableFuture<ContainerRecord> ignored = engine.inspect(event.id())
                    .whenComplete((record, failure) -> {
                        if (failure == null && record.running()) {
                            told.one(container(record));
                        } else if (failure != null && isOfOneAlone(failure)) {
                            told.one(unreadable(event.id(), event.name(), failure));
                        } else if (failure != null && !goneMeanwhile(failure)) {
                            missed();
                        }
                    });
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
        Throwable cause = cause(failure);
        boolean absent = isAbsence(cause);
        told.blind(name(), String.valueOf(cause.getMessage()), absent);
        if (!absent) {
            CompletableFuture<Void> ignored = findEngine()
                    .thenCompose(pid -> threads.here(LOOK, () -> files.running(name(), pid)))
                    .thenAccept(containers -> containers.forEach(told::one))
                    .exceptionally(trouble -> {
                        LOG.warn("the state files of {} cannot be read: {}", name(), trouble.getMessage());
                        return null;
                    });
        }
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return findEngine()
                .thenCompose(pid -> engine.info().handle((told, failure) -> learn(told)))
                .thenCompose(told -> engine.running())
                .thenCompose(refs -> inspectAll(refs.iterator()));
    }

    /** What it last said of itself holds as long as it says nothing. */
    private Optional<EngineInfo> learn(@Nullable EngineInfo told) {
        if (told != null) {
            info = told;
        }
        return engine();
    }

    private CompletableFuture<Integer> findEngine() {
        if (!engine.address().startsWith(PREFIX)) {
            return CompletableFuture.completedFuture(0);
        }
        Path socket = Path.of(engine.address().substring(PREFIX.length()));
        return threads.here(LOOK, () -> {
            List<Integer> holders = Listeners.of(socket);
            int pid = holders.isEmpty() ? 0 : holders.get(0);
            engineStarted = pid == 0 ? -1 : Processes.startTime(pid);
            enginePid = pid;
            return pid;
        });
    }

    /** As it was found, if it lives; looking for it reads all of /proc. */
    private CompletableFuture<Integer> stillThere() {
        int pid = enginePid;
        try {
            if (pid > 1 && Processes.startTime(pid) == engineStarted) {
                return CompletableFuture.completedFuture(pid);
            }
        } catch (IOException e) {
            LOG.debug("the engine of {} has ended: {}", name(), e.getMessage());
        }
        return findEngine();
    }

    private CompletableFuture<List<RunningContainer>> inspectAll(Iterator<ContainerRef> refs) {
        List<RunningContainer> found = new ArrayList<>();
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

    private CompletableFuture<Void> inspectNext(Iterator<ContainerRef> refs, List<RunningContainer> found) {
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
                    } else if (isOfOneAlone(failure)) {
                        synchronized (found) {
                            found.add(unreadable(next.id(), next.name(), failure));
                        }
                    } else if (!goneMeanwhile(failure)) {
                        throw new CompletionException(failure);
                    }
                    return null;
                })
                .thenCompose(done -> inspectNext(refs, found));
    }

    private void add(ContainerRecord record, List<RunningContainer> found) {
        if (record.running()) {
            synchronized (found) {
                found.add(container(record));
            }
        }
    }

    private static boolean goneMeanwhile(Throwable failure) {
        return cause(failure) instanceof EngineException engineFailure && engineFailure.gone();
    }

    /** The engine tells of this one what is not understood or too large, which says nothing of the others. */
    private static boolean isOfOneAlone(Throwable failure) {
        return cause(failure) instanceof EngineException engineFailure
                && engineFailure.reason() == EngineException.Reason.GARBAGE;
    }

    private RunningContainer unreadable(String id, String called, Throwable failure) {
        String why = String.valueOf(cause(failure).getMessage());
        return new RunningContainer(id, called, name(), 0, "", new Layer.LeftAlone(why), 0, enginePid, why);
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** There is no engine, as far as anyone can see. */
    static boolean isAbsence(Throwable failure) {
        return failure instanceof EngineException engineFailure
                && engineFailure.reason() == EngineException.Reason.ABSENT;
    }

    private RunningContainer container(ContainerRecord record) {
        int pid = record.pid() > Integer.MAX_VALUE ? 0 : (int) record.pid();
        DockerRoot root = DockerRoot.of(record);
        RunningContainer container = new RunningContainer(
                record.id(), record.name(), name(), pid, root.rootfs(), root.layer(), 0, enginePid, root.unsupported());
        EngineInfo told = info;
        if (told != null && told.rootless()) {
            return container.leftAlone(RunningContainer.ROOTLESS);
        }
        files.learn(record.execRoot());
        return container;
    }

    @Override
    public Optional<EngineInfo> engine() {
        return Optional.ofNullable(info);
    }

    @Override
    public CompletableFuture<Optional<EngineSetup>> setup() {
        return engine.info().thenCompose(told -> {
            info = told;
            return stillThere()
                    .thenCompose(pid -> pid <= 1
                            ? CompletableFuture.completedFuture(Optional.<EngineSetup>empty())
                            : threads.here(LOOK, () -> Optional.of(EngineSetup.of(told, pid))));
        });
    }

    @Override
    public synchronized void close() {
        listener = null;
        if (unwatch != null) {
            unwatch.run();
        }
        engine.close();
    }
}
