package dev.watchdog.guests;

import dev.watchdog.healing.DataSize;
import java.util.Optional;

/**
 * What the operator asks for about the guests of some names: one item of {@code domains.guests.rules}.
 *
 * @param manage false: they are only watched
 * @param floor they never go below; at least 16 MiB, 0 is none
 * @param ceiling they never go above; at least 16 MiB, 0 is none
 * @param weight their part of what is left over, 0.1 to 10
 */
public record GuestRule(
        NamePattern name,
        Optional<Boolean> manage,
        Optional<DataSize> floor,
        Optional<DataSize> ceiling,
        Optional<Double> weight) {
    /** @throws IllegalArgumentException if a size or the weight is out of range, or the floor above the ceiling */
    public GuestRule {
        new MemoryWishes(manage, floor, ceiling, weight, "").check();
    }

    MemoryWishes wishes() {
        return new MemoryWishes(manage, floor, ceiling, weight, "");
    }
}
