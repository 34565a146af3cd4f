package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Planned;
import dev.watchdog.healing.Proposal;
import dev.watchdog.healing.VerbKind;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Somebody asks for what was taken from guests to be given back to them, as far as the host has it free. Pure. */
final class ReleaseOrder {
    static final VerbKind VERB = new VerbKind(
            "release",
            List.of("guest"),
            Subject.HOST.kind(),
            Kinds.RELEASED.name(),
            "give a guest, or all, back what was taken from them");

    private static final String GUESTS = "guests";

    /** Named in a plan, so that it stays small. */
    private static final int MOST_NAMED = 20;

    private ReleaseOrder() {}

    /**
     * What would be done about this command.
     *
     * @param release what the policy would order for guests, by their UUIDs
     */
    static Planned plan(Round round, dev.watchdog.healing.Command asked, Function<Set<String>, List<Command>> release) {
        String wanted = asked.argument("guest");
        Collection<SeenGuest> named = wanted.equals(VerbKind.ALL)
                ? round.guests().values()
                : round.guests().values().stream()
                        .filter(each -> each.id().toString().equals(wanted)
                                || each.name().equals(wanted))
                        .toList();
        if (!wanted.equals(VerbKind.ALL) && named.size() != 1) {
            return new Planned.Refused(MemoryOrder.unfound(round, named.size()));
        }
        Set<String> ids = named.stream().map(each -> each.id().toString()).collect(Collectors.toSet());
        List<Command> orders = release.apply(ids);
        if (orders.isEmpty()) {
            return new Planned.Needless("nothing that was taken is missing there, or the host has none of it free");
        }
        Evidence plan = Evidence.of("give back " + told(round, orders))
                .with(
                        GUESTS,
                        wanted.equals(VerbKind.ALL)
                                ? VerbKind.ALL
                                : named.iterator().next().id().toString());
        return new Planned.Proposed(new Finding.Faulty(
                Subject.HOST,
                Kinds.RELEASED.name(),
                plan,
                new Proposal(Kinds.RELEASE.name(), plan),
                round.at(),
                round.at()));
    }

    /** Whom a plan is about, of those that are seen now. */
    static Set<String> guests(Evidence plan, Round round) {
        String whom = String.valueOf(plan.facts().get(GUESTS));
        return round.guests().keySet().stream()
                .map(UUID::toString)
                .filter(each -> whom.equals(VerbKind.ALL) || whom.equals(each))
                .collect(Collectors.toSet());
    }

    /** {@code web from 326 MiB to 512 MiB, ...}. */
    static String told(Round round, List<Command> orders) {
        String named = orders.stream()
                .limit(MOST_NAMED)
                .map(each -> name(round, each.guest()) + " from " + Amount.of(each.actual()) + " to "
                        + Amount.of(each.target()))
                .collect(Collectors.joining(", "));
        return orders.size() > MOST_NAMED ? named + " and " + (orders.size() - MOST_NAMED) + " more" : named;
    }

    private static String name(Round round, String guest) {
        SeenGuest seen = round.guests().get(UUID.fromString(guest));
        return seen == null ? guest : seen.name();
    }
}
