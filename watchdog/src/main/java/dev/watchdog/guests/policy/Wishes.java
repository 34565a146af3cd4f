package dev.watchdog.guests.policy;

/**
 * What the owner of a guest asked for. Nonsense is put right here, so that the rules never meet it: {@link #problem} says
 * what was wrong.
 *
 * @param optedIn only then is it ever shrunk
 * @param floor bytes it never goes below; 0: none asked for
 * @param ceiling bytes it never goes above; 0: its maximum
 * @param weight its part of what is left over, 0.1 to 10; 1 is everybody's
 */
public record Wishes(boolean optedIn, long floor, long ceiling, double weight, String problem) {
    private static final double LEAST_WEIGHT = 0.1;
    private static final double MOST_WEIGHT = 10;

    /** Never asked: it is watched, and given memory back, and never shrunk. */
    public static final Wishes NONE = new Wishes(false, 0, 0, 1, "");

    /** Asked for ballooning and nothing else. */
    public static final Wishes IN = new Wishes(true, 0, 0, 1, "");

    public Wishes {
        if (floor < 0 || ceiling < 0) {
            problem = "a size below zero is ignored";
            floor = Math.max(0, floor);
            ceiling = Math.max(0, ceiling);
        }
        if (ceiling > 0 && floor > ceiling) {
            problem = "the floor is above the ceiling: the ceiling is ignored";
            ceiling = 0;
        }
        if (!(weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT)) {
            problem = "the weight must be 0.1 to 10: 1 is taken";
            weight = 1;
        }
    }
}
