package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One thing that happens in a random life. What it means depends only on the life so far, so that a life with some
 * moves left out is a life too.
 *
 * @param subject 0 to 2
 * @param kind which of the kinds: a breakage, a fault that recurs, a wish
 * @param choice what else there is to choose, 0 to 99
 */
record RandomMove(What what, int subject, int kind, int choice) {
    enum What {
        FAULTY(24),
        UNMENDABLE(3),
        OTHER_PROPOSAL(3),
        HEALTHY(7),
        UNKNOWN(7),
        GONE(3),
        LATE_LOOK(5),
        FINISH(14),
        FLAP(1),
        TICK(10),
        PASS(12),
        HEAL(5),
        APPROVE(5),
        REJECT(2),
        PAUSE(2),
        RESUME(3),
        PROBE(2),
        SET_MODE(1),
        REPORT(1),
        CANCEL(2),
        ORDER(3),
        PLANNED(4),
        NONSENSE(1),
        BLIND(2),
        MODE(3),
        WALL_CLOCK(2),
        RESTART(3),
        REBOOT(1),
        JOURNAL_FAILS(4);

        private final int weight;

        What(int weight) {
            this.weight = weight;
        }
    }

    static RandomMove next(SplittableRandom random) {
        int total = 0;
        for (What what : What.values()) {
            total += what.weight;
        }
        int at = random.nextInt(total);
        What chosen = What.TICK;
        for (What what : What.values()) {
            at -= what.weight;
            if (at < 0) {
                chosen = what;
                break;
            }
        }
        return new RandomMove(chosen, random.nextInt(3), random.nextInt(3), random.nextInt(100));
    }

    /** How an action ends. */
    static Outcome outcome(int choice, Moment now) {
        return switch (choice % 7) {
            case 0, 1, 2 -> new Outcome.Succeeded(Evidence.of("ok"), Map.of(), now.sinceBoot());
            case 3 -> new Outcome.Unneeded("fine");
            case 4 -> new Outcome.Gone("removed");
            case 5 -> new Outcome.Undone("no");
            default -> new Outcome.Failed("no luck");
        };
    }

    /** How much time passes; mostly little. */
    static Duration length(int choice) {
        Duration[] lengths = {
            Duration.ofMillis(3), Duration.ofMillis(900), Duration.ofSeconds(2), Duration.ofSeconds(7),
            Duration.ofSeconds(31), Duration.ofSeconds(62), Duration.ofMinutes(11), Duration.ofMinutes(70)
        };
        return lengths[choice * choice * lengths.length / 10_000];
    }
}
