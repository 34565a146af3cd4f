package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a healer, checked after every step. {@code -Dhealer.lives=} and {@code -Dhealer.seed=} choose how
 * many and which; a life that breaks a rule is shortened to the moves that matter and printed.
 */
class HealerPropertyTest {
    private static final int LIVES = Integer.getInteger("healer.lives", 150);
    private static final int MOVES = 120;

    @Test
    void everyLifeKeepsTheRules() {
        long first = Long.getLong("healer.seed", 20_261_122L);
        for (long seed = first; seed < first + LIVES; seed++) {
            List<RandomMove> moves = life(seed);
            String broken = broken(moves);
            if (broken != null) {
                List<RandomMove> least = shrink(moves);
                throw new AssertionError("seed " + seed + " breaks: " + broken(least) + "\nby "
                        + String.join(
                                "\n   ",
                                least.stream().map(RandomMove::toString).toList()));
            }
        }
    }

    @Test
    void livesReachWhatTheyAreToCheck() {
        RandomLife all = new RandomLife();
        for (long seed = 1; seed <= 200; seed++) {
            RandomLife one = new RandomLife();
            life(seed).forEach(one::move);
            one.end();
            one.reached.forEach((what, count) -> all.reached.merge(what, count, Integer::sum));
        }
        assertThat(all.reached)
                .containsKeys(
                        "held mode",
                        "held pause",
                        "held approval",
                        "held flapping",
                        "held cool-down",
                        "held budget",
                        "held busy",
                        "held stale-sight",
                        "performed",
                        "Started for a fault",
                        "Started for a wish",
                        "Refused for a wish",
                        "Succeeded for a wish",
                        "Failed for a wish",
                        "Undone for a wish",
                        "Interrupted for a wish",
                        "interrupted",
                        "rebooted",
                        "discarded",
                        "answered succeeded",
                        "answered failed",
                        "answered rejected",
                        "answered expired",
                        "held expiry",
                        "held expectation",
                        "ordered",
                        "cleared healed",
                        "cleared recovered",
                        "cleared gone");
    }

    private static List<RandomMove> life(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RandomMove> moves = new ArrayList<>();
        for (int i = 0; i < MOVES; i++) {
            moves.add(RandomMove.next(random));
        }
        return moves;
    }

    /** What rule these moves break, or null. */
    private static @Nullable String broken(List<RandomMove> moves) {
        try {
            RandomLife life = new RandomLife();
            moves.forEach(life::move);
            life.end();
            return null;
        } catch (AssertionError | RuntimeException e) {
            return String.valueOf(e);
        }
    }

    private static List<RandomMove> shrink(List<RandomMove> moves) {
        List<RandomMove> least = new ArrayList<>(moves);
        for (int size = least.size() / 2; size >= 1; size /= 2) {
            for (int from = 0; from + size <= least.size(); ) {
                List<RandomMove> fewer = new ArrayList<>(least);
                fewer.subList(from, from + size).clear();
                if (broken(fewer) != null) {
                    least = fewer;
                } else {
                    from += size;
                }
            }
        }
        return least;
    }
}
