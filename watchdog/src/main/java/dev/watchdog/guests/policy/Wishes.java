package dev.watchdog.guests.policy;

/**
 * What the owner of a guest asked for. Nonsense is put right here, so that the rules never meet it: {@link #problem} says
 * what was wrong.
 *
 * @param floor bytes it never goes below; 0: none asked for
 * @param ceiling bytes it never goes above; 0: its maximum
 * @param weight its part of what is left over, 0.1 to 10; 1 is everybody's
 */
public record Wishes(Consent consent, long floor, long ceiling, double weight, String problem) {
    public static final double LEAST_WEIGHT = 0.1;
    public static final double MOST_WEIGHT = 10;

    /** Never asked: it is watched, and given memory back, and never shrunk. */
    public static final Wishes NONE = new Wishes(Consent.UNASKED, 0, 0, 1, "");

    /** Asked for ballooning and nothing else. */
    public static final Wishes IN = new Wishes(Consent.IN, 0, 0, 1, "");

    /** Asked to be left alone. */
    public static final Wishes OUT = new Wishes(Consent.OUT, 0, 0, 1, "");

    /** What may be done to a guest. */
    public enum Consent {
        /** It takes part: it may be shrunk. */
        IN,
        /** Nobody said: it is watched, and given memory back, and never shrunk. */
        UNASKED,
        /** It is only watched: never armed, never grown, never shrunk. */
        OUT
    }

    public Wishes {
        if (floor < 0 || ceiling < 0) {
            problem = also(problem, "a size below zero is ignored");
            floor = Math.max(0, floor);
            ceiling = Math.max(0, ceiling);
        }
        if (ceiling > 0 && floor > ceiling) {
            problem = also(problem, "the floor is above the ceiling: the ceiling is ignored");
            ceiling = 0;
        }
        if (!(weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT)) {
            problem = also(problem, "the weight must be 0.1 to 10: 1 is taken");
            weight = 1;
        }
    }

    /** Of a guest whose owner asked for ballooning, or said nothing. */
    public Wishes(boolean optedIn, long floor, long ceiling, double weight, String problem) {
        this(optedIn ? Consent.IN : Consent.UNASKED, floor, ceiling, weight, problem);
    }

    /** Only then is it ever shrunk. */
    public boolean optedIn() {
        return consent == Consent.IN;
    }

    /** Then nothing is done to it at all. */
    public boolean optedOut() {
        return consent == Consent.OUT;
    }

    private static String also(String problem, String more) {
        return problem.isEmpty() ? more : problem + "; " + more;
    }
}
