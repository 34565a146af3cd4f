package dev.watchdog.guests;

import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Enabled;
import java.time.Duration;
import java.util.List;

/**
 * The configuration under {@code domains.guests}.
 *
 * @param tick between two looks at all guests, 1 s to 60 s
 * @param hostReserve what the host keeps for itself; 0: the larger of 1 GiB and 5 % of its memory
 * @param rules for guests by their names; the first that matches holds, and what the guest's own metadata says wins over
 *     it, attribute by attribute; at most 1,000
 * @param period what becomes of how often a guest reports, where somebody else has set it
 */
public record GuestsSettings(
        Enabled enabled, Duration tick, DataSize hostReserve, List<GuestRule> rules, StatsPeriod period) {
    private static final Duration LEAST_TICK = Duration.ofSeconds(1);
    private static final Duration MOST_TICK = Duration.ofSeconds(60);
    private static final int MOST_RULES = 1_000;

    /** As shipped: nobody has opted in. */
    public static final GuestsSettings DEFAULTS =
            new GuestsSettings(Enabled.AUTO, LEAST_TICK, new DataSize(0), List.of());

    /** What becomes of a statistics period that somebody else has set. */
    public enum StatsPeriod {
        /** It stays: a long one slows the policy. */
        KEEP,
        /** One that is longer than the tick is made as long as the tick. */
        SHORTEN
    }

    /** With periods as they are. */
    public GuestsSettings(Enabled enabled, Duration tick, DataSize hostReserve, List<GuestRule> rules) {
        this(enabled, tick, hostReserve, rules, StatsPeriod.KEEP);
    }

    /** @throws IllegalArgumentException if the tick is out of range or the rules are too many */
    public GuestsSettings {
        rules = List.copyOf(rules);
        if (tick.compareTo(LEAST_TICK) < 0 || tick.compareTo(MOST_TICK) > 0) {
            throw new IllegalArgumentException("must be from 1s to 60s");
        }
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException("must be at most " + MOST_RULES + " rules");
        }
    }

    /** What holds for a guest: what its metadata says, and where that is silent the first rule for its name. */
    Wishes wishes(String name, GuestDescription description) {
        return merged(name, description.wishes()).forPolicy(description.autodeflate());
    }

    /** The same of a guest of which nothing else is known. */
    Wishes wishes(String name, MemoryWishes metadata) {
        return merged(name, metadata).forPolicy();
    }

    private MemoryWishes merged(String name, MemoryWishes metadata) {
        MemoryWishes byRule = rules.stream()
                .filter(rule -> rule.name().matches(name))
                .findFirst()
                .map(GuestRule::wishes)
                .orElse(MemoryWishes.NONE);
        return metadata.over(byRule);
    }

    /** As the policy takes them, on a host of so many bytes. */
    PolicySettings policy(long hostTotal) {
        long reserve = hostReserve.bytes() > 0
                ? hostReserve.bytes()
                : PolicySettings.shipped(hostTotal).hostReserve();
        return new PolicySettings(tick.toMillis(), reserve);
    }
}
