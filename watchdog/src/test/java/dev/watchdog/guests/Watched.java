package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.Pressure;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Every look of a room, as a test wants to read them: without one more call to libvirt, which would be in the way. */
final class Watched {
    private static final long MIB = 1L << 20;

    private final List<Round> rounds;

    Watched(GuestsRoom room) {
        this.rounds = room.rounds;
    }

    Round last() {
        return rounds.get(rounds.size() - 1);
    }

    /** What a guest had at the last look, in MiB. */
    long has(RealGuest guest) {
        SeenGuest seen = last().guests().get(guest.id);
        return seen == null ? -1 : seen.sample().actual() / MIB;
    }

    /** Since boot, when the guest was first seen short of memory after that time. */
    Stream<Duration> shortages(RealGuest guest, Duration after) {
        return times(guest, after, found -> found.pressure() != Pressure.GREEN);
    }

    /** How often memory was wanted of a guest in that time. */
    long asked(RealGuest guest, Duration from, Duration to) {
        return rounds.stream()
                .filter(round -> round.at().sinceBoot().compareTo(from) > 0
                        && round.at().sinceBoot().compareTo(to) < 0)
                .map(round -> round.command(guest.id))
                .filter(wanted -> wanted != null && wanted.target() < wanted.actual())
                .count();
    }

    private Stream<Duration> times(RealGuest guest, Duration after, Predicate<GuestFinding> so) {
        return rounds.stream()
                .filter(round -> round.at().sinceBoot().compareTo(after) > 0)
                .filter(round -> {
                    GuestFinding found = round.findings().get(guest.id);
                    return found != null && so.test(found);
                })
                .map(round -> round.at().sinceBoot());
    }
}
