package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import dev.watchdog.healing.Stages;
import dev.watchdog.linux.InsideContainer;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.Racer;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Thousands of repairs while the container's root swaps, mounts, moves, changes propagation and flags, and dies at
 * random: what is mounted is only ever its own root, only where it was, private, with its engine's flags, nothing stacked
 * and nothing below; or nothing.
 */
@NeedsRoot
class RacedRepairKernelIT {
    private static final int REPAIRS = Boolean.getBoolean("watchdog.long") ? 10_000 : 500;
    /** How many repairs one container lives through, at most. */
    private static final int LIFE = 60;

    private static final int LONGEST_PAUSE_NANOS = 400_000;

    private final long seed = Long.getLong("watchdog.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final Map<String, Long> acts = new TreeMap<>();
    private final SystemClock clock;
    private final RestoreRootfs remedy;

    RacedRepairKernelIT() throws IOException {
        clock = SystemClock.open();
        Random pauses = new Random(seed);
        // the container gets its turn between any two steps
        remedy = new RestoreRootfs(clock, step -> LockSupport.parkNanos(pauses.nextInt(LONGEST_PAUSE_NANOS)));
    }

    @Test
    void mountsOnlyItsOwnRoot() throws Exception {
        List<String> before = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        try (MountNamespaces threads = new MountNamespaces(2, 16);
                Views views = new Views()) {
            threads.rehearse(PretendRoom.PATIENCE).join();
            int left = REPAIRS;
            while (left > 0) {
                left -= live(threads, views, Math.min(left, 1 + random.nextInt(LIFE)));
                views.prune();
            }
        }
        System.err.println("seed " + seed + ": " + outcomes + " while " + acts);
        assertThat(outcomes).containsKey("Succeeded").containsKey("Gone");
        assertThat(acts.keySet()).contains("0 done", "1 done", "2 done", "5 done", "7 done", "8 done", "9 done");
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).containsExactlyElementsOf(before);
    }

    /** One container's life; how many repairs it was. */
    private int live(MountNamespaces threads, Views views, int repairs) throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                InsideContainer host = InsideContainer.of(container.runner())) {
            RunningContainer told = new PretendSource(container).container();
            Watched watched = threads.visit(PretendRoom.PATIENCE, visit -> new Adopter(views).adopt(visit, told))
                    .join();
            Racer racer = Racer.start(container.init(), container.upperDir(), random.nextLong());
            ProcessHandle init = ProcessHandle.of(container.init()).orElseThrow();
            int done = 0;
            try {
                while (done < repairs && !racer.isAstray()) {
                    host.unmount(container.rootfs());
                    boolean dies = ++done == repairs && random.nextBoolean();
                    Outcome outcome = repair(threads, watched, dies ? init : null);
                    outcomes.merge(outcome.getClass().getSimpleName(), 1, Integer::sum);
                    isOnlyItsOwn(host, container, watched, outcome);
                    if (!(outcome instanceof Outcome.Succeeded) && !dies) {
                        // for the next round to have something to lose
                        isHealedOnceItIsLeftAlone(threads, watched, racer, host, container);
                        racer = Racer.start(container.init(), container.upperDir(), random.nextLong());
                    }
                }
            } finally {
                racer.close();
                racer.done().forEach((act, count) -> acts.merge(act, count.sum(), Long::sum));
                watched.init().close();
            }
            return done;
        }
    }

    private Outcome repair(MountNamespaces threads, Watched watched, @Nullable ProcessHandle dying) throws Exception {
        CompletableFuture<Outcome> repair = threads.visit(PretendRoom.PATIENCE, visit -> {
            try {
                return remedy.repair(visit, action(watched), watched, Mending.Means.CLONE);
            } catch (IOException e) {
                return new Outcome.Undone(String.valueOf(e.getMessage()));
            }
        });
        if (dying != null) {
            LockSupport.parkNanos(random.nextInt(4 * LONGEST_PAUSE_NANOS));
            dying.destroyForcibly();
        }
        return repair.join();
    }

    private Action action(Watched watched) {
        Moment now = clock.now();
        return new Action(
                "a1",
                RootFindings.RESTORE.name(),
                "f1",
                watched.subject(),
                RootFindings.LOST.name(),
                Evidence.of("a plan"),
                now.sinceBoot().plus(Duration.ofMinutes(2)),
                new Stages(now.sinceBoot(), now.sinceBoot(), now.sinceBoot(), now.sinceBoot()));
    }

    private void isHealedOnceItIsLeftAlone(
            MountNamespaces threads, Watched watched, Racer racer, InsideContainer host, PretendContainer container)
            throws Exception {
        racer.close();
        racer.done().forEach((act, count) -> acts.merge(act, count.sum(), Long::sum));
        if (!racer.isAstray()) {
            Outcome outcome = repair(threads, watched, null);
            assertThat(outcome).as("seed %s", seed).isInstanceOf(Outcome.Succeeded.class);
            isOnlyItsOwn(host, container, watched, outcome);
        }
    }

    private void isOnlyItsOwn(InsideContainer host, PretendContainer container, Watched watched, Outcome outcome)
            throws IOException {
        List<MountEntry> there = host.mounts().stream()
                .filter(each -> each.mountPoint().startsWith(container.rootfs()))
                .toList();
        if (outcome instanceof Outcome.Succeeded) {
            assertThat(there).as("seed %s: %s", seed, outcome).hasSize(1);
        }
        // of a container that ended after all was in place, the engine puts it away
        assertThat(there).as("seed %s: %s", seed, outcome).hasSizeLessThan(2).allSatisfy(each -> {
            assertThat(each.mountPoint()).isEqualTo(container.rootfs());
            assertThat(each.type()).isEqualTo("overlay");
            assertThat(each.root()).isEqualTo("/");
            assertThat(each.minor()).isEqualTo(watched.identity().root().minor());
            assertThat(each.propagation()).isEmpty();
            assertThat(MountAttributes.of(each)).isEqualTo(MountAttributes.DEFAULT);
        });
        if (!(outcome instanceof Outcome.Succeeded || outcome instanceof Outcome.Gone)) {
            assertThat(there).as("seed %s: %s", seed, outcome).isEmpty();
        }
    }
}
