package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.GuestsSettings.StatsPeriod;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Proposal;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** How guests report: not at all, or so seldom that they are helped late. Confined to one thread. */
final class ReportFindings {
    /** Reports that are missing one after the other before its polling is thought to be off, and how long at least. */
    private static final int MISSED = 5;

    private static final long LEAST_SILENCE = 20_000;
    private static final long SECOND = 1_000;

    /** In a plan: its period stays, and what asks for the reports is started anew. */
    static final String AGAIN = "again";

    private final GuestsSettings settings;

    /** Since when each guest whose driver did report does not, in milliseconds since boot. */
    private final Map<UUID, Silence> silences = new HashMap<>();

    private record Silence(long lastUpdate, long since) {}

    ReportFindings(GuestsSettings settings) {
        this.settings = settings;
    }

    /** Guests that have gone are forgotten. */
    void retain(Round round) {
        silences.keySet().retainAll(round.guests().keySet());
    }

    /** Nobody asks its driver to report, or nobody does any more. */
    Finding off(Round round, SeenGuest guest) {
        int period = guest.description().statsPeriod();
        int tick = (int) settings.tick().toSeconds();
        boolean silent = isSilent(round, guest);
        boolean may = guest.running()
                && guest.description().obstacle().isEmpty()
                && !guest.sample().wishes().optedOut();
        boolean shorten = settings.period() == StatsPeriod.SHORTEN && period > tick;
        if (!may || !(period == 0 || shorten || silent)) {
            return new Finding.Healthy(Kinds.subject(guest.id()), Kinds.SIGHT.name(), round.at());
        }
        int seconds = period == 0 || shorten ? tick : period;
        String why = period == 0
                ? ""
                : shorten
                        ? ", not every " + period + " s"
                        : " again, as libvirt says that it does: somebody stopped it";
        boolean again = period != 0 && !shorten;
        Evidence plan = Evidence.of(
                        "have the balloon driver of " + guest.name() + " report every " + seconds + " s" + why)
                .with("name", guest.name())
                .with("periodSeconds", seconds)
                .with(AGAIN, again);
        return new Finding.Faulty(
                Kinds.subject(guest.id()),
                Kinds.SIGHT.name(),
                plan,
                new Proposal(Kinds.ARM.name(), plan),
                round.at(),
                round.at());
    }

    /** Its driver reported and does not any more, while QEMU runs and libvirt tells its other numbers. */
    private boolean isSilent(Round round, SeenGuest guest) {
        long now = round.at().sinceBoot().toMillis();
        long update = guest.sample().lastUpdate();
        Silence before = silences.get(guest.id());
        boolean quiet =
                guest.running() && guest.sample().obstacle().isEmpty() && update > 0 && !guest.isBooting(round.at());
        if (!quiet) {
            // what a paused, busy or booting guest does not report says nothing
            silences.remove(guest.id());
            return false;
        }
        if (before == null || before.lastUpdate() != update) {
            silences.put(guest.id(), new Silence(update, now));
            return false;
        }
        long period = guest.description().statsPeriod() * SECOND;
        return period > 0 && now - before.since() > Math.max(LEAST_SILENCE, MISSED * period);
    }

    /** Its owner takes part, and its numbers come late. */
    Finding slow(Round round, SeenGuest guest, GuestFinding found) {
        long period = found.bounds().period();
        if (period <= 0 || !guest.sample().wishes().optedIn()) {
            return new Finding.Healthy(Kinds.subject(guest.id()), Kinds.SLOW.name(), round.at());
        }
        Evidence evidence = Evidence.of(slowly(guest, period))
                .with("name", guest.name())
                .with("hypervisor", guest.source())
                .with("periodSeconds", period / SECOND);
        return new Finding.Faulty(Kinds.subject(guest.id()), Kinds.SLOW.name(), evidence, null, round.at(), round.at());
    }

    /** For people: what it means, and what shortens it. Its UUID stands for a name that a shell could take apart. */
    static String slowly(SeenGuest guest, long period) {
        return guest.sample().label() + " reports every " + period / SECOND
                + " s only, so it is helped late and gives little: virsh dommemstat " + guest.id()
                + " --period 1 --live, or domains.guests.period: shorten";
    }
}
