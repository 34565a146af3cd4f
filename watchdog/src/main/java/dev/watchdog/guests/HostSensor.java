package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.HostMemory;
import dev.watchdog.linux.MemoryStall;
import dev.watchdog.linux.PressureListener;
import dev.watchdog.linux.PressureTrigger;
import dev.watchdog.linux.PressureTriggers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees how hard the host's memory is pressed: by looks, and by the kernel's triggers between them where it has any. Safe
 * from any thread.
 */
final class HostSensor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostSensor.class);
    private static final Path PROC = Path.of("/proc");
    private static final long SECOND_MICROS = 1_000_000;
    /** The shortest window for those without CAP_SYS_RESOURCE, as in a container. */
    private static final long UNPRIVILEGED_SECONDS = 2;

    private final HostClock clock;
    private final Path proc;
    private final AtomicBoolean triggered = new AtomicBoolean();
    private final PressureTriggers triggers;
    private volatile boolean told;
    private HostHeat heat = HostHeat.UNSEEN;

    /** @param pressed run when the host has become hot between two looks, on the thread {@code pressure-watch}: it has
     *     to be short and never block; at most a few times a second */
    HostSensor(HostClock clock, Runnable pressed) {
        this(clock, PROC, PROC.resolve("pressure/memory"), pressed);
    }

    /** @param triggerFile where triggers are set; what is looked at is all below {@code proc} */
    HostSensor(HostClock clock, Path proc, Path triggerFile, Runnable pressed) {
        this.clock = clock;
        this.proc = proc;
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
        return triggers.watch(new PressureTrigger(false, seconds * HostHeat.HOT_SOME, window))
                && triggers.watch(new PressureTrigger(true, seconds * HostHeat.HOT_FULL, window));
    }

    /** Whether the kernel tells of long waits at once; else they are seen by looks only. */
    boolean isTold() {
        return told;
    }

    /**
     * What the host has now, and how hard it is pressed. Reads a few files of procfs in well under a millisecond; to be
     * called each second or oftener.
     *
     * @throws IOException the host's memory cannot be seen: its message says why
     */
    synchronized HostSample look() throws IOException {
        HostMemory memory = HostMemory.read(proc);
        MemoryStall stall = MemoryStall.read(proc);
        long at = clock.now().sinceBoot().toMillis();
        heat = heat.next(new HostReading(at, memory, stall, triggered.getAndSet(false)));
        return new HostSample(memory.total(), memory.available(), heat.heat());
    }

    /** Ends the thread; nothing is run once it has returned. */
    @Override
    public void close() {
        triggers.close();
    }
}
