package dev.watchdog.guests;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.linux.Moment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one look at every hypervisor saw, and what the policy made of it. Immutable.
 *
 * @param blind the URIs that did not answer: of their guests nothing is known
 * @param limits what bounds some of the guests beside the host
 */
record Round(
        Moment at,
        Map<UUID, SeenGuest> guests,
        Set<String> blind,
        List<SharedLimit> limits,
        Verdict verdict,
        Map<UUID, GuestFinding> findings,
        Map<UUID, Command> commands) {
    Round {
        guests = Map.copyOf(guests);
        blind = Set.copyOf(blind);
        limits = List.copyOf(limits);
        findings = Map.copyOf(findings);
        commands = Map.copyOf(commands);
    }

    /** Where nothing but the host bounds anybody. */
    static Round of(Moment at, List<SeenGuest> guests, Set<String> blind, Verdict verdict) {
        return of(at, guests, blind, List.of(), verdict);
    }

    static Round of(Moment at, List<SeenGuest> guests, Set<String> blind, List<SharedLimit> limits, Verdict verdict) {
        Map<UUID, SeenGuest> seen = new HashMap<>();
        guests.forEach(each -> seen.put(each.id(), each));
        Map<UUID, GuestFinding> findings = new HashMap<>();
        verdict.guests().forEach(each -> findings.put(UUID.fromString(each.guest()), each));
        Map<UUID, Command> commands = new HashMap<>();
        verdict.commands().forEach(each -> commands.put(UUID.fromString(each.guest()), each));
        return new Round(at, seen, blind, limits, verdict, findings, commands);
    }

    /** The same for an agent that takes nothing any more. */
    Round withoutShrinks() {
        Map<UUID, Command> others = new HashMap<>(commands);
        others.values().removeIf(each -> each.kind() == Command.Kind.SHRINK);
        return new Round(at, guests, blind, limits, verdict, findings, others);
    }

    /** What the policy would order for a guest; null when nothing. */
    @Nullable Command command(UUID guest) {
        return commands.get(guest);
    }

    /** Every hypervisor answered and this guest was not there. */
    boolean gone(UUID guest) {
        return blind.isEmpty() && !guests.containsKey(guest);
    }
}
