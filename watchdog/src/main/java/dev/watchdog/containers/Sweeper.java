package dev.watchdog.containers;

import dev.watchdog.healing.Finding;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountNamespaces;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at many containers at once, on the resident threads. Containers whose roots are on the same file system are
 * one group, looked at one look after another: when that hangs, its group is not looked at again before the hung look
 * has come back, so that it costs one thread and the other groups nothing.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** What came of one group. */
    record Swept(List<Looked> looked, List<Watched> refreshed) {}

    /** What was looked at, which may have been replaced in the list by now, and what was found. */
    record Looked(Watched watched, Finding finding) {}

    private record Round(List<Watched> group, Map<Long, Moment> signalled, Mending mending, Consumer<Looked> lost) {}

    /** Nothing follows from not knowing. */
    private static final Mending NOTHING = Mending.impossible("it could not be looked at");

    private final MountNamespaces threads;
    private final Views views;
    private final Adopter adopter;
    private final HostClock clock;
    private final Duration deadline;
    private final RootMounts mounts;
    private final FuseServers fuse;
    private final Witness witness;
    private final Predicate<Watched> settled;
    /** The newest look that was asked for at each file system, until it has been told. */
    private final Map<String, CompletableFuture<Swept>> newest = new ConcurrentHashMap<>();
    /** Where a look has begun and not come back. */
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();

    /**
     * @param settled known to be healthy: nothing is told of it when a signal comes and its root is still there
     */
    Sweeper(
            MountNamespaces threads,
            Views views,
            Adopter adopter,
            HostClock clock,
            Duration deadline,
            RootMounts mounts,
            FuseServers fuse,
            Witness witness,
            Predicate<Watched> settled) {
        this.threads = threads;
        this.views = views;
        this.adopter = adopter;
        this.clock = clock;
        this.deadline = deadline;
        this.mounts = mounts;
        this.fuse = fuse;
        this.witness = witness;
        this.settled = settled;
    }

    /**
     * One look at each; a future for each group. After a signal only what is not as it was is told.
     *
     * @param signalled when the first signal came, by namespace; those without one are their own signal
     * @param mending what can be done on this host
     * @param lost told at once of each that is broken, on the resident thread that saw it
     */
    List<CompletableFuture<Swept>> sweep(
            Collection<Watched> targets, Map<Long, Moment> signalled, Mending mending, Consumer<Looked> lost) {
        Map<String, List<Watched>> groups = new LinkedHashMap<>();
        targets.forEach(each ->
                groups.computeIfAbsent(each.home(), home -> new ArrayList<>()).add(each));
        List<CompletableFuture<Swept>> sweeps = new ArrayList<>();
        groups.forEach((home, group) -> sweeps.add(sweep(home, new Round(group, signalled, mending, lost))));
        return sweeps;
    }

    /** Looks at one file system follow each other: what comes during one is not told by it. */
    private CompletableFuture<Swept> sweep(String home, Round round) {
        CompletableFuture<Swept> mine = new CompletableFuture<>();
        CompletableFuture<Swept> earlier = newest.put(home, mine);
        if (earlier == null) {
            begin(home, round, mine);
        } else {
            CompletableFuture<Swept> ignored = earlier.whenComplete((done, failure) -> begin(home, round, mine));
        }
        return mine;
    }

    private void begin(String home, Round round, CompletableFuture<Swept> told) {
        if (hanging.contains(home)) {
            end(home, told, unknown(round.group(), "an earlier look at " + home + " hangs"));
            return;
        }
        CompletableFuture<Swept> ignored = threads.here(deadline, () -> {
                    hanging.add(home);
                    try {
                        return look(round);
                    } finally {
                        hanging.remove(home);
                    }
                })
                .handle((swept, failure) -> failure == null
                        ? swept
                        : unknown(round.group(), "it could not be looked at: " + failure.getMessage()))
                .whenComplete((swept, failure) -> end(home, told, swept));
    }

    private void end(String home, CompletableFuture<Swept> told, Swept swept) {
        newest.remove(home, told);
        boolean ignored = told.complete(swept);
    }

    private Swept look(Round round) throws IOException {
        views.prune();
        List<Looked> looked = new ArrayList<>(round.group().size());
        List<Watched> refreshed = new ArrayList<>();
        for (Watched each : round.group()) {
            if (!round.signalled().isEmpty() && settled.test(each) && isAsItWas(each)) {
                continue;
            }
            try {
                Watched watched = upToDate(each);
                if (!watched.equals(each)) {
                    refreshed.add(watched);
                }
                Looked found = look(watched, round);
                looked.add(found);
                if (found.finding() instanceof Finding.Faulty) {
                    round.lost().accept(found);
                }
            } catch (IllegalStateException e) {
                // it was let go of while it waited for its turn: whoever did that has told what there is to tell
                LOG.debug("{} is not looked at: {}", each.subject(), e.getMessage());
            }
        }
        return new Swept(looked, refreshed);
    }

    private boolean isAsItWas(Watched watched) {
        return mounts.knows(watched) ? mounts.isThere(watched) : RootProbe.isPresent(watched);
    }

    private Looked look(Watched watched, Round round) {
        // dated by its beginning: what it saw may be mended before it ends, and would be news then
        Moment begun = clock.now();
        Verdict verdict = probe(watched);
        return new Looked(
                watched,
                RootFindings.of(
                        watched, verdict, signal(watched, round.signalled(), begun), begun, round.mending(), witness));
    }

    private Verdict probe(Watched watched) {
        Verdict verdict = mounts.isThere(watched) ? RootProbe.stillThere(watched) : probeWhole(watched);
        return verdict instanceof Verdict.Healthy && fuse.hasEnded(watched)
                ? new Verdict.Lost(watched.viewers().stream()
                        .map(viewer -> new Sighting(viewer, Sighting.State.DEAD, null))
                        .toList())
                : verdict;
    }

    private Verdict probeWhole(Watched watched) {
        Verdict verdict = RootProbe.look(watched);
        boolean unknown = verdict instanceof Verdict.Healthy || !mounts.knows(watched);
        return unknown && mounts.remember(watched) ? RootProbe.look(watched) : verdict;
    }

    /** The same, or with the viewers of now when one of those it has was closed. On a resident thread. */
    Watched upToDate(Watched watched) throws IOException {
        if (!watched.hasClosedView() || watched.init().exited()) {
            return watched;
        }
        try {
            return adopter.refresh(watched);
        } catch (UnprovenException e) {
            return watched;
        }
    }

    private static Moment signal(Watched watched, Map<Long, Moment> signalled, Moment now) {
        for (Watched.Viewer viewer : watched.viewers()) {
            Moment first = signalled.get(viewer.view().namespace());
            if (first != null) {
                return first;
            }
        }
        return now;
    }

    private Swept unknown(List<Watched> group, String why) {
        Moment now = clock.now();
        return new Swept(
                group.stream()
                        .map(each -> new Looked(
                                each, RootFindings.of(each, new Verdict.Unknown(why), now, now, NOTHING, witness)))
                        .toList(),
                List.of());
    }
}
