package dev.watchdog.guests;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A target that was given to a guest, judged at each look. Immutable.
 *
 * @param deadline in time since boot: then what the guest has becomes its target
 * @param askedFor somebody asked for it: the policy does not overtake it but to help a guest that is short
 */
record Move(
        UUID guest, String source, String name, Command order, Duration begun, Duration deadline, boolean askedFor) {
    /** A balloon moves whole MiB and rounds. */
    private static final long CLOSE = 4L << 20;

    /** What an own order explains: balloons report late. */
    private static final long DRIFT = 64L << 20;

    /** What a look says of it. */
    sealed interface Progress {
        /** Nothing yet. */
        record Going() implements Progress {}

        /** The target is reached. */
        record Reached(long actual) implements Progress {}

        /** It is to end at another target, and why. */
        record Ends(long target, long actual, String why) implements Progress {}

        /** Somebody else has given it another size: it is left as it is. */
        record Foreign(String why) implements Progress {}

        /** Nobody can tell what became of it: its hypervisor has not answered for too long. */
        record Lost() implements Progress {}

        /** It has just started: this is the target that its driver will find. */
        record Given(long target) implements Progress {}

        /** It was started anew while something was taken from it: its balloon is empty until its new driver comes. */
        record Restarted() implements Progress {}

        /** There is no such guest any more. */
        record Gone() implements Progress {}
    }

    Progress progress(Round round) {
        SeenGuest seen = round.guests().get(guest);
        if (seen == null) {
            if (round.gone(guest)) {
                return new Progress.Gone();
            }
            return isLate(round) ? new Progress.Lost() : new Progress.Going();
        }
        long actual = seen.sample().actual();
        if (actual < 0) {
            return new Progress.Going();
        }
        if (order.target() < order.actual() && seen.sample().setup().start().at() >= begun.toMillis()) {
            return new Progress.Restarted();
        }
        if (isAwaited(seen, round.at())) {
            // what comes free while it boots is given to it as well: nothing waits for its driver
            return new Progress.Given(order.target());
        }
        Progress overtaken = overtaken(round);
        if (overtaken != null) {
            return overtaken;
        }
        if (foreign(actual)) {
            return new Progress.Foreign("somebody else has resized it");
        }
        boolean shrinks = order.target() < order.actual();
        if (shrinks ? actual <= order.target() + CLOSE : actual >= order.target() - CLOSE) {
            return new Progress.Reached(actual);
        }
        return isLate(round) ? new Progress.Ends(actual, actual, "its time was up") : new Progress.Going();
    }

    /** It takes nothing from a guest that boots, whose driver is not there yet: its target is what that will find. */
    boolean isAwaited(SeenGuest seen, Moment now) {
        return order.target() >= order.actual() && seen.isBooting(now);
    }

    private boolean isLate(Round round) {
        return round.at().sinceBoot().compareTo(deadline) >= 0;
    }

    private boolean foreign(long actual) {
        return actual < Math.min(order.actual(), order.target()) - DRIFT
                || actual > Math.max(order.actual(), order.target()) + DRIFT;
    }

    /** The policy wants something else of this guest now. */
    private @Nullable Progress overtaken(Round round) {
        Command wanted = round.command(guest);
        GuestFinding found = round.findings().get(guest);
        boolean calm = found == null || found.pressure() == Pressure.GREEN;
        if (wanted == null || (askedFor && calm && wanted.kind() == Command.Kind.GROW)) {
            return null;
        }
        boolean shrinks = order.target() < order.actual();
        return switch (wanted.kind()) {
            case CANCEL, ROLL_BACK -> new Progress.Ends(wanted.target(), wanted.actual(), wanted.why());
            case GROW -> shrinks ? new Progress.Ends(wanted.actual(), wanted.actual(), wanted.why()) : null;
            case SHRINK -> null;
        };
    }
}
