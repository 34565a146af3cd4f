package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The newest look at each fault, as DESIGN.md means it: what is done must rest on a fresh one. */
final class SightAccount {
    private final Map<FaultKey, Moment> sights = new HashMap<>();

    /** After a restart nothing was seen. */
    void clear() {
        sights.clear();
    }

    /**
     * Takes what a look says.
     *
     * @param running what is under way: a look that fails beside it was in its way
     */
    void take(Input input, Collection<Action> running) {
        if (input instanceof Input.Seen seen && seen.finding() instanceof Finding.Faulty faulty) {
            sights.merge(
                    faulty.key(),
                    faulty.seen(),
                    (old, young) -> old.sinceBoot().compareTo(young.sinceBoot()) > 0 ? old : young);
        } else if (input instanceof Input.Plan plan && plan.planned() instanceof Planned.Proposed proposed) {
            sights.put(proposed.finding().key(), proposed.finding().seen());
        } else if (input instanceof Input.Seen seen && seen.finding() instanceof Finding.Unknown unknown) {
            if (!running.stream()
                    .anyMatch(action -> action.subject().equals(unknown.subject())
                            && action.faultKind().equals(unknown.kind()))) {
                sights.remove(unknown.key());
            }
        }
    }

    /** Something is done about it now. */
    void allows(FaultKey key, Moment now) {
        Moment seen = sights.get(key);
        assertThat(seen).as("acts on a sight that was lost").isNotNull();
        assertThat(now.sinceBoot().minus(Objects.requireNonNull(seen).sinceBoot()))
                .as("acts on a stale sight")
                .isLessThanOrEqualTo(RandomRules.GATES.freshFor());
    }
}
