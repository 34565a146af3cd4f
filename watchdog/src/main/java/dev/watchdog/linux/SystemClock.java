package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The host's clocks, read in under a microsecond. The only class that reads them. {@code sinceBoot} is CLOCK_BOOTTIME
 * in nanoseconds, good for timing the stages of a repair. Safe from any thread.
 */
public final class SystemClock implements HostClock {
    /** What adjtimex(2) answers when the clock is not synchronised: STA_UNSYNC, which setting it by hand sets, too. */
    private static final int TIME_ERROR = 5;

    private final String boot;

    private SystemClock(String boot) {
        this.boot = boot;
    }

    public static SystemClock open() throws IOException {
        SystemClock clock = new SystemClock(
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        if (Libc.clock_gettime(Abi.CLOCK_BOOTTIME, Scratch.own().recordAddress) != 0) {
            throw new ErrnoException("clock_gettime", "CLOCK_BOOTTIME", Libc.errno());
        }
        return clock;
    }

    @Override
    public Moment now() {
        return new Moment(boot, sinceBoot(), Instant.now());
    }

    /** Of the monotonic clock that goes on during suspend, for deadlines. */
    static long nanosSinceBoot() {
        return sinceBoot().toNanos();
    }

    @Override
    public boolean synchronised() {
        Scratch scratch = Scratch.own();
        for (int at = 0; at < Abi.TIMEX_SIZE; at += Long.BYTES) {
            scratch.record.putLong(at, 0); // modes 0: changes nothing
        }
        int state = Libc.adjtimex(scratch.recordAddress);
        return state >= 0 && state != TIME_ERROR;
    }

    /** clock_gettime with a valid clock and buffer cannot fail, and {@link #open} has proved both. */
    private static Duration sinceBoot() {
        Scratch scratch = Scratch.own();
        int ignored = Libc.clock_gettime(Abi.CLOCK_BOOTTIME, scratch.recordAddress);
        return Duration.ofSeconds(scratch.record.getLong(0), scratch.record.getLong(8));
    }
}
