package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.FaultKey;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sensor and detector: follows the inventories and the mounts, looks when one of them says so and every so often
 * anyway, and reports what it finds. Runs on one event loop, which never blocks: looking is done by the resident
 * threads.
 */
final class DetectorVerticle extends VerticleBase implements ContainerSource.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(DetectorVerticle.class);

    /** In sweeps. How an engine is set up changes when it starts anew or is told to read its configuration again. */
    private static final int SETUPS_EVERY = 20;

    private final ContainersRuntime room;
    private final Map<String, FaultKey> looks = new LinkedHashMap<>();
    private final List<Action> recoveries = new ArrayList<>();
    /** Sources that have told what runs. */
    private final Set<String> told = new HashSet<>();
    /** Those of them whose first list has been taken under watch: what is not known then has gone. */
    private final Set<String> underWatch = new HashSet<>();

    private final Set<String> silent = new HashSet<>();
    /** Containers of which it is asked whether they are left alone. */
    private final Set<String> leftAlones = new HashSet<>();

    private final LeftAloneFindings leftAlone;
    private final Forsaken forsaken;
    private final Doubts doubts = new Doubts(LOG);
    private volatile Mending mending = Mending.impossible("it has not been found out what can be done here");
    private @Nullable MountSignals signals;

    DetectorVerticle(ContainersRuntime room) {
        this.room = room;
        this.leftAlone = new LeftAloneFindings(room.watchlist());
        this.forsaken =
                new Forsaken(room.watchlist(), room::ask, finding -> room.bus().report(List.of(finding)), room.clock());
    }

    @Override
    public Future<?> start() {
        signals = new MountSignals(vertx, context, room.clock(), room.rootMounts()::owner, new Looks());
        room.bus().look(RootFindings.LOST.name(), this::look);
        room.bus().look(RootFindings.AT_RISK.name(), key -> {
            room.setups()
                    .goneIfUnknown(key.subject())
                    .ifPresent(gone -> room.bus().report(List.of(gone)));
            checkSetups(all -> true);
        });
        room.bus()
                .look(
                        RootFindings.LEFT_ALONE.name(),
                        key -> lookWhetherLeft(key.subject().id()));
        room.bus().recover(RootFindings.RESTORE.name(), this::recover);
        return Future.fromCompletionStage(room.mending(), context).map(found -> {
            mending = found;
            if (found.cannotClone() != null) {
                LOG.warn("most container roots cannot be mounted back on this host: {}", found.cannotClone());
            }
            Context here = context;
            room.looksAgain(id -> here.runOnContext(nothing -> {
                Watched watched = room.watchlist().find(id);
                if (watched != null) {
                    sweep(List.of(watched), Map.of(), true);
                }
            }));
            ContainerSource.Listener hop = new OnContext(here, this);
            room.sources().forEach(source -> source.follow(hop));
            long every = room.settings().sweepEvery().toMillis();
            vertx.setPeriodic(every, tick -> sweepAll());
            vertx.setPeriodic(SETUPS_EVERY * every, tick -> checkSetups(all -> true));
            return found;
        });
    }

    @Override
    public Future<?> stop() {
        if (signals != null) {
            signals.close();
        }
        return Future.succeededFuture();
    }

    @Override
    public void all(String source, List<RunningContainer> containers) {
        Set<String> ended = room.watchlist().ids(source);
        containers.forEach(container -> ended.remove(container.id()));
        ended.forEach(this::gone);
        told.add(source);
        room.sources().stream().filter(each -> each.name().equals(source)).forEach(room.reports()::told);
        silent.remove(source);
        room.watchlist().claim(source, List.of());
        room.bus().sees(source);
        adopt(containers)
                .onSuccess(done -> {
                    boolean ignored = underWatch.add(source);
                    settle();
                })
                .onComplete(done -> checkSetups(each -> each.name().equals(source)));
    }

    @Override
    public void one(RunningContainer container) {
        if (!forsaken.isKnown(container)) {
            adopt(List.of(container));
        }
    }

    @Override
    public void gone(String id) {
        Watched watched = room.watchlist().find(id);
        if (watched == null) {
            forsaken.lookOrDrop(id);
            return;
        }
        sweep(List.of(watched), Map.of(), false).onComplete(done -> {
            if (room.watchlist().isThis(watched)) {
                room.ask(watched.container());
            }
        });
    }

    @Override
    public void forsaken(RunningContainer container) {
        forsaken.take(container);
    }

    @Override
    public void removed(String id) {
        forsaken.removed(id);
        room.bus().report(leftAlone.over(room.clock().now()));
    }

    @Override
    public void blind(String source, String why, boolean absent) {
        boolean mayBeAbsent = room.sources().stream()
                .filter(each -> each.name().equals(source))
                .allMatch(room::mayBeAbsent);
        room.reports().blind(source, why, absent && mayBeAbsent);
        if (absent && !told.contains(source) && mayBeAbsent) {
            silent.add(source);
            settle();
        } else {
            room.bus().blind(source, why);
        }
    }

    @Override
    public void claimed(String source, List<RunningContainer> containers) {
        room.watchlist().claim(source, containers);
    }

    /** Takes them under watch, or sees again who must see those that are. */
    private Future<?> adopt(List<RunningContainer> containers) {
        if (containers.isEmpty()) {
            return Future.succeededFuture();
        }
        return Future.fromCompletionStage(room.adopt(containers), context)
                .onSuccess(adopted -> {
                    List<Watched> fresh = new ArrayList<>();
                    adopted.watched().forEach(each -> {
                        room.watchlist().put(each);
                        fresh.add(each);
                        separate(each);
                    });
                    adopted.unwatched().forEach(this::leave);
                    follow(fresh);
                    sweep(fresh, Map.of(), true);
                    room.bus().report(leftAlone.over(room.clock().now()));
                })
                .onFailure(failure -> LOG.warn("containers could not be looked at: {}", failure.getMessage()));
    }

    /** Which another source that cares for it has told as well stays with that one. */
    private void leave(Watchlist.Unwatched container) {
        String source = container.container().source();
        String id = container.container().id();
        boolean left = room.watchlist().put(container);
        String other = room.watchlist().source(id);
        if (left || source.equals(other)) {
            doubts.believe(source + " about container " + id);
        } else {
            doubts.doubt(
                    source + " about container " + id, "'" + container.why() + "', and " + other + " has it as well");
        }
    }

    private void separate(Watched container) {
        if (!container.peers().isEmpty()) {
            Future.fromCompletionStage(room.separate(container), context)
                    .onFailure(failure -> LOG.warn(
                            "{}: what an earlier agent left on {} shares mounts with the container: {}",
                            container.subject(),
                            container.mountPoint(),
                            failure.getMessage()));
        }
    }

    /** Follows each namespace that a container needs. What changed before is looked at now. */
    private void follow(Collection<Watched> containers) {
        MountSignals told = Objects.requireNonNull(signals);
        boolean fresh = false;
        for (Watched each : containers) {
            for (Watched.Viewer viewer : each.viewers()) {
                try {
                    View view = viewer.view();
                    if (room.namespaces().follow(view, told)) {
                        told.missed(view.namespace(), room.clock().now());
                        fresh = true;
                    }
                } catch (IOException e) {
                    LOG.warn("mount-table:{} is not followed, the sweep stands in: {}", viewer.role(), e.getMessage());
                }
            }
        }
        if (fresh) {
            checkSetups(all -> true);
        }
    }

    private final class Looks implements MountSignals.Looks {
        @Override
        public Future<Boolean> at(Set<String> containers, Map<Long, Moment> signalled) {
            return sweep(room.watchlist().find(containers), signalled, false);
        }

        @Override
        public Future<Boolean> in(Map<Long, Moment> signalled) {
            return sweep(room.watchlist().seenIn(signalled.keySet()), signalled, false);
        }
    }

    /** An engine that is set up so that its next restart breaks containers is told before it does. */
    private void checkSetups(Predicate<ContainerSource> which) {
        Future.fromCompletionStage(room.setups().look(which), context)
                .onSuccess(room.bus()::report)
                .onFailure(failure -> LOG.warn("how engines are set up is not known: {}", failure.getMessage()));
    }

    private void sweepAll() {
        room.namespaces().forgetBut(room.watchlist().namespaces());
        room.watchlist().forgetEnded();
        room.bus().report(leftAlone.sweep(room.clock().now()));
        forsaken.sweep();
        adopt(room.watchlist().doubtful().stream()
                .map(Watchlist.Unwatched::container)
                .toList());
        sweep(room.watchlist().all(), Map.of(), true);
    }

    /**
     * Looks at these and reports.
     *
     * @param all report those that are healthy, too
     * @return whether something was found
     */
    private Future<Boolean> sweep(Collection<Watched> targets, Map<Long, Moment> signals, boolean all) {
        List<Future<Boolean>> groups = new ArrayList<>();
        room.sweeper()
                .sweep(targets, signals, mending, this::lost)
                .forEach(group ->
                        groups.add(Future.fromCompletionStage(group, context).map(swept -> take(swept, all))));
        return groups.isEmpty()
                ? Future.succeededFuture(false)
                : Future.join(groups)
                        .map(done -> groups.stream().anyMatch(group -> Boolean.TRUE.equals(group.result())));
    }

    /** What is broken is told from the thread that saw it, before the rest is looked at. */
    private void lost(Sweeper.Looked looked) {
        if (room.watchlist().isThis(looked.watched())) {
            room.bus().report(List.of(looked.finding()));
        }
    }

    private boolean take(Sweeper.Swept swept, boolean all) {
        swept.refreshed().forEach(fresh -> {
            if (room.watchlist().isThis(fresh)) {
                room.watchlist().put(fresh);
            }
        });
        follow(swept.refreshed());
        List<Finding> worth = new ArrayList<>();
        boolean found = false;
        for (Sweeper.Looked looked : swept.looked()) {
            if (!room.watchlist().isThis(looked.watched())) {
                // it has been restarted or has gone meanwhile: this was about its earlier life
                continue;
            }
            Finding finding = looked.finding();
            String id = finding.subject().id();
            boolean changed =
                    finding instanceof Finding.Gone || room.watchlist().state(id, finding);
            found |= finding instanceof Finding.Faulty;
            if (finding instanceof Finding.Gone) {
                room.watchlist().drop(id);
            }
            boolean toldAlready = finding instanceof Finding.Faulty;
            if (!toldAlready && (all || changed)) {
                worth.add(finding);
            }
        }
        room.bus().report(worth);
        return found;
    }

    private void look(FaultKey key) {
        Watched watched = room.watchlist().find(key.subject().id());
        if (watched != null) {
            sweep(List.of(watched), Map.of(), true);
        } else {
            looks.put(key.subject().id(), key);
            settle();
        }
    }

    private void lookWhetherLeft(String id) {
        if (room.watchlist().knows(id)) {
            tellWhetherLeft(id);
        } else {
            leftAlones.add(id);
            settle();
        }
    }

    private void tellWhetherLeft(String id) {
        room.bus().report(List.of(leftAlone.look(id, room.clock().now())));
    }

    private void recover(Action action) {
        recoveries.add(action);
        settle();
    }

    /** Once what every source has told of is under watch, what is not among it has gone. */
    private void settle() {
        if (underWatch.size() + silent.size() < room.sources().size()) {
            return;
        }
        List<Action> judged = List.copyOf(recoveries);
        recoveries.clear();
        judged.forEach(this::judge);
        List<FaultKey> asked = List.copyOf(looks.values());
        looks.clear();
        asked.forEach(key -> lookOrGone(key.subject()));
        List<String> left = List.copyOf(leftAlones);
        leftAlones.clear();
        left.forEach(this::tellWhetherLeft);
    }

    private void lookOrGone(Subject subject) {
        Watched watched = room.watchlist().find(subject.id());
        if (watched != null) {
            sweep(List.of(watched), Map.of(), true);
        } else {
            room.bus().report(List.of(room.unseen(subject)));
        }
    }

    /** What an unfinished repair left: its container runs, then a look decides; or it has ended, then it is tidied. */
    private void judge(Action action) {
        if (room.watchlist().knows(action.subject().id())) {
            lookOrGone(action.subject());
            return;
        }
        Future.fromCompletionStage(room.tidy(action), context)
                .onSuccess(taken -> {
                    if (taken > 0) {
                        LOG.info("took away {} left by {}", taken == 1 ? "a mount" : taken + " mounts", action.id());
                    }
                })
                .onFailure(failure ->
                        LOG.warn("what {} may have left could not be judged: {}", action.id(), failure.getMessage()))
                .onComplete(done -> lookOrGone(action.subject()));
    }
}
