package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.HostSample.Apart;
import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.HostSample.Stall;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.HostMemory;
import dev.watchdog.linux.HugePagePools;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.MemoryStall;
import dev.watchdog.linux.PressureGroups;
import dev.watchdog.linux.PressureListener;
import dev.watchdog.linux.PressureTrigger;
import dev.watchdog.linux.PressureTriggers;
import dev.watchdog.linux.SamePageMerging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees how much memory the host has left and who waits for it: by looks, and by the kernel's triggers between them where it
 * has any. Safe from any thread.
 */
final class HostSensor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostSensor.class);
    private static final long SECOND_MICROS = 1_000_000;

    /** The shortest window for those without CAP_SYS_RESOURCE, as in a container. */
    private static final long UNPRIVILEGED_SECONDS = 2;

    /** What a host is short of: less than a twentieth of its memory is available, and less than a tenth. */
    private static final long HOT_PART = 20;

    private static final long WARM_PART = 10;

    private final HostClock clock;
    private final KernelFiles files;
    private final PressureGroups groups;
    private final AtomicBoolean triggered = new AtomicBoolean();
    private final PressureTriggers triggers;
    private volatile boolean told;
    private HeatState shortness = HeatState.UNSEEN;
    private StallHeat everybody = StallHeat.UNSEEN;
    private StallHeat guests = StallHeat.UNSEEN;
    private String watched = "";
    private String waiting = "";
    private long waitingAt = -HeatState.QUIET;

    /** @param pressed run when tasks have waited long between two looks, on the thread {@code pressure-watch}: it has to
     *     be short and never block; at most a few times a second */
    HostSensor(HostClock clock, Runnable pressed) {
        this(clock, KernelFiles.HOST, KernelFiles.HOST.proc().resolve("pressure/memory"), pressed);
    }

    /** @param triggerFile where triggers are set; what is looked at is all below {@code files} */
    HostSensor(HostClock clock, KernelFiles files, Path triggerFile, Runnable pressed) {
        this.clock = clock;
        this.files = files;
        this.groups = PressureGroups.find(files.proc());
        this.triggers = new PressureTriggers(triggerFile, new PressureListener() {
            @Override
            public void pressed(PressureTrigger trigger) {
                triggered.set(true);
                pressed.run();
            }

            @Override
            public void lost(PressureTrigger trigger, String why) {
                LOG.warn("waits for memory are only looked for from now on, trigger {} is gone: {}", trigger, why);
            }
        });
    }

    /** Has the kernel tell of long waits from now on, if it does. */
    void listen() {
        told = watch(1) || watch(UNPRIVILEGED_SECONDS);
        if (!told) {
            LOG.info(
                    "long waits for memory are seen by looks only: to be told at once, Linux 5.2 or newer with psi=1 is"
                            + " needed, and CAP_SYS_RESOURCE or Linux 6.4");
        }
    }

    private boolean watch(long seconds) {
        long window = seconds * SECOND_MICROS;
        return triggers.watch(new PressureTrigger(false, seconds * StallHeat.HOT_SOME, window))
                && triggers.watch(new PressureTrigger(true, seconds * StallHeat.HOT_FULL, window));
    }

    /** Whether the kernel tells of long waits at once; else they are seen by looks only. */
    boolean isTold() {
        return told;
    }

    /**
     * What the host has now, how short it is of it, and who waits. Reads a few files of procfs in well under a millisecond;
     * to be called each second or oftener.
     *
     * @param shared the control group of the unified hierarchy that all guests have in common; empty when it is not known.
     *     On a host that is short its waits count in place of the whole host's: those of others, at limits of their own,
     *     are no reason to take anything from a guest
     * @throws IOException the host's memory cannot be seen: its message says why
     */
    synchronized HostSample look(String shared) throws IOException {
        HostMemory memory = HostMemory.read(files.proc());
        long pools = Math.min(memory.total(), HugePagePools.total(files.sys()));
        long at = clock.now().sinceBoot().toMillis();
        shortness = shortness.seen(at, shortOf(memory.available(), memory.total() - pools));
        MemoryStall all = MemoryStall.read(files.proc());
        everybody = everybody.next(new StallReading(at, all, memory.swappedOut(), triggered.getAndSet(false)));
        MemoryStall theirs = shared.isEmpty() ? null : groups.read(shared);
        guests = (shared.equals(watched) ? guests : StallHeat.UNSEEN)
                .next(new StallReading(at, theirs, memory.swappedOut(), false));
        watched = shared;
        Stall stall = shortness.heat() != Heat.COOL && theirs != null
                ? new Stall(guests.heat(), shared)
                : new Stall(everybody.heat(), whose(at));
        return new HostSample(
                memory.total(),
                memory.available(),
                shortness.heat(),
                stall,
                new Apart(pools, SamePageMerging.saved(files.sys())));
    }

    private static Heat shortOf(long available, long total) {
        if (available < total / HOT_PART) {
            return Heat.HOT;
        }
        return available < total / WARM_PART ? Heat.WARM : Heat.COOL;
    }

    /** Who waits most, looked for once in a while as long as anybody does. */
    private String whose(long at) {
        if (everybody.heat() == Heat.COOL) {
            return "";
        }
        if (at - waitingAt >= HeatState.QUIET) {
            waiting = groups.waitsMost();
            waitingAt = at;
        }
        return waiting;
    }

    /** Ends the thread; nothing is run once it has returned. */
    @Override
    public void close() {
        triggers.close();
    }
}
