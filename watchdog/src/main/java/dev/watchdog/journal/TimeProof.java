package dev.watchdog.journal;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has been proved of the time, so that it can be kept over restarts and reboots. Both times only ever grow.
 *
 * @param boot the boot that {@code sinceBoot} counts in
 * @param sinceBoot when this was so
 * @param elapsed the wall clock when the journal was made and all the time that this host is known to have run since:
 *     never ahead of the truth, and behind it by as long as the host was off
 * @param highest the highest time that was ever believed; never before {@code elapsed}
 */
record TimeProof(String boot, Duration sinceBoot, Instant elapsed, Instant highest) {
    private static final Pattern TEXT = Pattern.compile("(\\S+) (\\d{1,18}) (-?\\d{1,18}) (-?\\d{1,18})");

    /** Nothing is known yet but what the clock says. */
    static TimeProof first(Moment now, Instant least) {
        return new TimeProof(now.boot(), now.sinceBoot(), least, least);
    }

    /** What has passed since counts; of a boot that came meanwhile, the time since it began. */
    TimeProof at(Moment now) {
        Duration passed = now.boot().equals(boot) ? now.sinceBoot().minus(sinceBoot) : now.sinceBoot();
        if (passed.isNegative()) {
            return this;
        }
        return new TimeProof(now.boot(), now.sinceBoot(), elapsed.plus(passed), highest.plus(passed));
    }

    /** The wall clock can be believed to be right. */
    TimeProof believing(Instant wall) {
        return wall.isAfter(highest) ? new TimeProof(boot, sinceBoot, elapsed, wall) : this;
    }

    /** As one line, in microseconds. */
    String text() {
        return boot + " " + sinceBoot.toNanos() / 1_000 + " " + EncodedBatch.micros(elapsed) + " "
                + EncodedBatch.micros(highest);
    }

    /** Empty for what is no line of {@link #text()}. */
    static Optional<TimeProof> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(new TimeProof(
                parts.group(1),
                Duration.ofNanos(Long.parseLong(parts.group(2)) * 1_000),
                EncodedBatch.instant(Long.parseLong(parts.group(3))),
                EncodedBatch.instant(Long.parseLong(parts.group(4)))));
    }
}
