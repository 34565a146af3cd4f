package dev.watchdog.healing;

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
        TICK(10),
        PASS(12),
        HEAL(5),
        APPROVE(5),
        REJECT(2),
        PAUSE(2),
        RESUME(3),
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
}
