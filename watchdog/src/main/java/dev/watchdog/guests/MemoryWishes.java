package dev.watchdog.guests;

import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.healing.DataSize;
import java.util.Optional;

/**
 * What somebody asked for about one guest's memory, each part of it or nothing: its owner in the guest's metadata, or the
 * operator by a rule.
 *
 * @param manage whether it takes part
 * @param floor it never goes below
 * @param ceiling it never goes above
 * @param weight its part of what is left over
 * @param strict whether its kernel refuses what it could not back (vm.overcommit_memory=2): what it may promise falls with
 *     its size, so that programs fail while memory is free
 * @param problem what could not be understood, in one line; empty when all could
 */
public record MemoryWishes(
        Optional<Boolean> manage,
        Optional<DataSize> floor,
        Optional<DataSize> ceiling,
        Optional<Double> weight,
        boolean strict,
        String problem) {
    /** A size below this is one in KiB or MiB that lost its unit: virsh counts in KiB. No guest lives on so little. */
    private static final DataSize LEAST_SIZE = DataSize.mebibytes(16);

    /** Of a guest whose kernel promises more than it has, as nearly all do. */
    public MemoryWishes(
            Optional<Boolean> manage,
            Optional<DataSize> floor,
            Optional<DataSize> ceiling,
            Optional<Double> weight,
            String problem) {
        this(manage, floor, ceiling, weight, false, problem);
    }

    private static final String STRICT =
            "it counts memory strictly (overcommit='strict'), so its programs fail when it is"
                    + " shrunk: give its balloon autodeflate='on', or a floor of (the most of its Committed_AS - SwapTotal) * 100 /"
                    + " its vm.overcommit_ratio";

    /** Nobody asked for anything. */
    public static final MemoryWishes NONE =
            new MemoryWishes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "");

    /** These, and where they are silent the other ones. */
    MemoryWishes over(MemoryWishes other) {
        return new MemoryWishes(
                manage.or(other::manage),
                floor.or(other::floor),
                ceiling.or(other::ceiling),
                weight.or(other::weight),
                strict || other.strict,
                problem.isEmpty() ? other.problem : problem);
    }

    /** As the policy takes them, of a guest whose MemTotal does not follow its balloon, or who says nothing of it. */
    Wishes forPolicy() {
        return forPolicy(true);
    }

    /**
     * As the policy takes them. A guest whose owner was not understood is never shrunk, for the floor that was meant is
     * not known, nor is one whose programs would fail; asked out it stays out.
     *
     * @param autodeflate whether its balloon leaves its MemTotal as it is (deflate-on-oom), and so what it may promise
     */
    Wishes forPolicy(boolean autodeflate) {
        String why = problem.isEmpty() && isUnsafe(autodeflate) ? STRICT : problem;
        return new Wishes(
                consent(why),
                floor.map(DataSize::bytes).orElse(0L),
                ceiling.map(DataSize::bytes).orElse(0L),
                weight.orElse(1.0),
                why);
    }

    private boolean isUnsafe(boolean autodeflate) {
        return strict && !autodeflate && floor.isEmpty();
    }

    private Consent consent(String why) {
        if (manage.isPresent() && !manage.get()) {
            return Consent.OUT;
        }
        return manage.isPresent() && why.isEmpty() ? Consent.IN : Consent.UNASKED;
    }

    /**
     * Refuses sizes and weights that nobody can mean.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    void check() {
        floor.ifPresent(MemoryWishes::checkSize);
        ceiling.ifPresent(MemoryWishes::checkSize);
        weight.ifPresent(MemoryWishes::checkWeight);
        if (contradict()) {
            throw new IllegalArgumentException("the floor must not be above the ceiling");
        }
    }

    /** Whether the floor is above the ceiling. */
    boolean contradict() {
        return floor.isPresent()
                && ceiling.isPresent()
                && ceiling.get().bytes() > 0
                && floor.get().bytes() > ceiling.get().bytes();
    }

    static DataSize checkSize(DataSize size) {
        if (size.bytes() > 0 && size.bytes() < LEAST_SIZE.bytes()) {
            throw new IllegalArgumentException(
                    "must be at least " + LEAST_SIZE + " (0: none); plain numbers are bytes");
        }
        return size;
    }

    static double checkWeight(double weight) {
        if (!(weight >= Wishes.LEAST_WEIGHT && weight <= Wishes.MOST_WEIGHT)) {
            throw new IllegalArgumentException("must be a number from 0.1 to 10");
        }
        return weight;
    }
}
