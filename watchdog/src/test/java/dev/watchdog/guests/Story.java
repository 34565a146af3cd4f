package dev.watchdog.guests;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventTypes;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is shown when a test fails: what tells most comes first, and all is short, because a build's log is cut. */
final class Story {
    private static final long MIB = 1L << 20;
    private static final int LOOKS = 20;
    private static final int EVENTS = 30;
    private static final int WIDTH = 260;

    private Story() {}

    static String of(GuestsRoom room) {
        List<Round> rounds = List.copyOf(room.rounds);
        Moment now = room.clock().now();
        if (rounds.isEmpty()) {
            return "no look was made\n" + events(room, now, null);
        }
        Round last = rounds.get(rounds.size() - 1);
        HostFinding host = last.verdict().host();
        return "%d looks, the last %s s ago, blind: %s; budget %d MiB, granted %d, needed %d, missing %d%n"
                        .formatted(
                                rounds.size(),
                                seconds(now.sinceBoot().minus(last.at().sinceBoot())),
                                last.blind(),
                                host.budget() / MIB,
                                host.granted() / MIB,
                                host.needed() / MIB,
                                host.missing() / MIB)
                + named(last).map(guest -> guest(room, guest, last)).collect(Collectors.joining())
                + events(room, now, last)
                + looks(rounds);
    }

    private static Stream<SeenGuest> named(Round round) {
        return round.guests().values().stream().sorted(Comparator.comparing(SeenGuest::name));
    }

    private static String guest(GuestsRoom room, SeenGuest guest, Round last) {
        long reported = guest.sample().lastUpdate() * 1_000;
        Map<String, String> details = room.room.inventory().stream()
                .filter(each -> each.subject().equals(Kinds.subject(guest.id())))
                .map(WatchedSubject::details)
                .findFirst()
                .orElse(Map.of());
        return cut("%s: %s; numbers %s s old; last action: %s; why: %s%n"
                .formatted(
                        guest.name(),
                        decided(last, guest.id()),
                        reported > 0
                                ? seconds(Duration.ofMillis(last.at().wall().toEpochMilli() - reported))
                                : "never",
                        details.get("last action"),
                        details.get("why")));
    }

    /** What the policy made of a guest: has/needs^floor. */
    private static String decided(Round round, UUID guest) {
        GuestFinding found = round.findings().get(guest);
        if (found == null) {
            return "unseen";
        }
        Command command = round.command(guest);
        return found.actual() / MIB + "/" + found.need() / MIB + "^" + found.floor() / MIB + " " + found.pressure()
                + (found.stale() ? " stale" : "")
                + (found.stuck() ? " stuck" : "")
                + (found.lacking() > 0 ? " lacks " + found.lacking() / MIB : "")
                + (found.untouchable().isEmpty() ? "" : " (" + found.untouchable() + ")")
                + (command == null ? "" : " -> " + command.kind() + " " + command.target() / MIB);
    }

    private static String events(GuestsRoom room, Moment now, @Nullable Round last) {
        List<Event> all = room.events();
        return "the last of " + all.size() + " events:\n"
                + all.stream()
                        .skip(Math.max(0, all.size() - EVENTS))
                        .map(event -> cut("%s s ago %s %s %s%n"
                                .formatted(
                                        seconds(Duration.between(event.time(), now.wall())),
                                        name(event, last),
                                        EventTypes.nameOf(event.data()).replaceAll("dev\\.watchdog\\.|\\.v1", ""),
                                        event.data())))
                        .collect(Collectors.joining());
    }

    private static String name(Event event, @Nullable Round last) {
        return last == null
                ? event.subject().id()
                : last.guests().values().stream()
                        .filter(guest -> Kinds.subject(guest.id()).equals(event.subject()))
                        .map(SeenGuest::name)
                        .findFirst()
                        .orElse(event.subject().id());
    }

    private static String looks(List<Round> rounds) {
        return "the last looks, each guest has/needs^floor:\n"
                + rounds.stream()
                        .skip(Math.max(0, rounds.size() - LOOKS))
                        .map(round -> round.at().sinceBoot().toMillis() + " "
                                + named(round)
                                        .map(guest -> guest.name() + " " + decided(round, guest.id()))
                                        .collect(Collectors.joining("; "))
                                + "\n")
                        .collect(Collectors.joining());
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH) + "…\n";
    }

    private static String seconds(Duration time) {
        return "%.1f".formatted(time.toMillis() / 1e3);
    }
}
