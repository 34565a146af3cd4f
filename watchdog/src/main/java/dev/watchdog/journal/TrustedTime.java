package dev.watchdog.journal;

import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what time it is for all that expires or is forgotten. The wall clock is believed as long as it goes along with
 * the time since boot, which nobody can set. One that was set ahead or back by more than {@link #JUMP} is in doubt until
 * it is back, or the agent is restarted by somebody who has looked at it; meanwhile the time goes on as if nothing had
 * been set. A clock that no time source had set yet (adjtimex(2)) and that one has set now is right, whatever it was
 * before.
 *
 * <p>The time never goes back behind what was told while a time source kept the clock, not over a restart or a reboot
 * either: what has expired stays so. And it is never behind {@link TimeProof#elapsed}, by which commands are forgotten:
 * whatever is forgotten has expired, so that nothing can be carried out twice whatever is done to the wall clock. Safe
 * to use from any thread.
 */
public final class TrustedTime {
    /** As far as senders' clocks and ours may differ anyway, and more than a time source corrects in passing. */
    public static final Duration JUMP = Duration.ofMinutes(5);

    private @Nullable TimeProof proof;

    /** What the wall clock is held against. */
    private @Nullable Moment reference;

    /** True once a time source has set the clock that the reference was read from. */
    private boolean set;

    /**
     * What a look at the clock says.
     *
     * @param time what it is taken for
     * @param doubt why the wall clock is not believed, for people; null while it is
     */
    public record Reading(Instant time, @Nullable String doubt) {}

    /** One that knows nothing of an earlier time; takes the wall clock for the reference when it is first looked at. */
    public TrustedTime() {}

    /** Goes on from what was proved earlier. */
    TrustedTime(TimeProof known) {
        proof = known;
    }

    /** What time it is. */
    public synchronized Reading read(HostClock clock) {
        Moment now = clock.now();
        boolean sourced = clock.synchronised();
        TimeProof proved = prove(now);
        Moment since = reference == null ? now : reference;
        Instant expected = since.wall().plus(now.sinceBoot().minus(since.sinceBoot()));
        Duration ahead = Duration.between(expected, now.wall());
        if (ahead.abs().compareTo(JUMP) > 0 && (set || !sourced)) {
            return new Reading(
                    set ? proved.highest() : later(expected, proved.highest()),
                    "the wall clock was set " + words(ahead)
                            + ": set it right, or restart the agent if it is right now");
        }
        if (reference == null || (sourced && !set)) {
            reference = now;
            set = sourced;
        }
        Duration behind = Duration.between(now.wall(), proved.highest());
        if (behind.compareTo(JUMP) > 0) {
            reference = null; // it has to be set, and is then taken as it is
            return new Reading(
                    proved.highest(),
                    "the wall clock is " + words(behind.negated()) + " from " + proved.highest()
                            + ", which has been: set it right, or move the journal aside if that time never was");
        }
        if (sourced) {
            proof = proved.believing(now.wall());
        }
        return new Reading(later(now.wall(), proved.highest()), null);
    }

    private TimeProof prove(Moment now) {
        TimeProof before = proof;
        TimeProof proved = before == null ? TimeProof.first(now, now.wall()) : before.at(now);
        proof = proved;
        return proved;
    }

    /** What is proved now. */
    synchronized TimeProof proof(HostClock clock) {
        Reading ignored = read(clock);
        return Objects.requireNonNull(proof);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String words(Duration ahead) {
        Duration by = ahead.abs();
        String text = by.toDays() > 0
                ? by.toDays() + " d " + by.toHoursPart() + " h"
                : by.toHours() + " h " + by.toMinutesPart() + " min";
        return text + (ahead.isNegative() ? " back" : " ahead");
    }
}
