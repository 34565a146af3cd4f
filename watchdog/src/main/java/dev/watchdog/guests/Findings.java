package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Proposal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts what the policy concluded into the healer's words. Confined to one thread. */
final class Findings {
    /** A guest that boots, or that libvirt skips for a while, is not unmanageable yet. */
    private static final long LASTING_MILLIS = 60_000;

    /** What the host's own use wavers by on a quiet host. */
    private static final long SCARCE = 64L << 20;

    private final ReportFindings reports;
    private boolean scarce;

    /** Since when each guest cannot be managed, in milliseconds since boot. */
    private final Map<UUID, Long> defective = new HashMap<>();

    Findings(GuestsSettings settings) {
        this.reports = new ReportFindings(settings);
    }

    /** All of one look, without the guests that have gone. */
    List<Finding> of(Round round) {
        defective.keySet().retainAll(round.guests().keySet());
        reports.retain(round);
        List<Finding> all = new ArrayList<>(round.guests().size() * Kinds.FAULTS.size());
        round.guests().forEach((id, guest) -> {
            GuestFinding found = round.findings().get(id);
            if (found != null) {
                guest(round, guest, found, all);
            }
        });
        all.add(host(round));
        return all;
    }

    private void guest(Round round, SeenGuest guest, GuestFinding found, List<Finding> all) {
        Command command = round.command(guest.id());
        boolean isShort = found.bounds().shortness() != Pressure.GREEN;
        boolean relief = isShort && command != null && command.target() > command.actual();
        String blind = found.unmanageable().isEmpty() && found.stale() ? "its numbers are stale" : found.unmanageable();
        if (blind.isEmpty()) {
            all.add(
                    isShort
                            ? faulty(round, guest, Kinds.PRESSURE, pressed(guest, found), relief ? command : null)
                            : healthy(round, guest, Kinds.PRESSURE));
            all.add(
                    found.stuck()
                            ? faulty(round, guest, Kinds.STUCK, stuck(guest, found), null)
                            : healthy(round, guest, Kinds.STUCK));
        } else {
            boolean leftAlone = guest.isLeftAlone();
            all.add(new Finding.Unknown(subject(guest), Kinds.PRESSURE.name(), blind, round.at(), leftAlone));
            all.add(new Finding.Unknown(subject(guest), Kinds.STUCK.name(), blind, round.at(), leftAlone));
        }
        boolean owed = command != null
                && command.kind() != Command.Kind.SHRINK
                && (guest.isStarting(round.at()) || !guest.sample().wishes().optedIn());
        all.add(wish(round, guest, Kinds.SHARE, relief || owed ? null : command));
        // a kind of its own: what did not work with its share before must not hold it up
        all.add(wish(round, guest, Kinds.OWED, owed && !relief ? command : null));
        all.add(manageable(round, guest, blind));
        all.add(reports.off(round, guest));
        all.add(reports.slow(round, guest, found));
    }

    private static Finding wish(Round round, SeenGuest guest, FaultKind kind, @Nullable Command command) {
        return command == null
                ? healthy(round, guest, kind)
                : faulty(round, guest, kind, Evidence.of(command.why()), command);
    }

    private static Evidence pressed(SeenGuest guest, GuestFinding found) {
        return Evidence.of(guest.name() + " needs " + Amount.of(found.need()) + " and has " + Amount.of(found.actual())
                        + shortage(found))
                .with("name", guest.name())
                .with("hypervisor", guest.source())
                .with("pressure", found.pressure().name().toLowerCase(Locale.ROOT))
                .with("needBytes", found.need())
                .with("hasBytes", found.actual())
                .with("floorBytes", found.floor())
                .with("ceilingBytes", found.ceiling())
                .with("lackingBytes", found.lacking());
    }

    /** Why it does not have it, when it cannot. */
    private static String shortage(GuestFinding found) {
        if (found.actual() >= found.ceiling()) {
            String limit = found.bounds().limit();
            return ", which is all that it may have: raise "
                    + (limit.isEmpty() ? "its ceiling" : "the limit of " + limit);
        }
        return found.lacking() > 0 ? ", " + Amount.of(found.lacking()) + " of it cannot be had now" : "";
    }

    private static Evidence stuck(SeenGuest guest, GuestFinding found) {
        return Evidence.of("the balloon of " + guest.name() + " stopped short of its target; it has "
                        + Amount.of(found.actual()) + ", which is its target now, and is not shrunk for a while")
                .with("name", guest.name())
                .with("hypervisor", guest.source())
                .with("hasBytes", found.actual());
    }

    private Finding manageable(Round round, SeenGuest guest, String defect) {
        boolean asked = guest.sample().wishes().optedOut() && guest.apart().isEmpty();
        if (defect.isEmpty() || asked || !guest.running()) {
            defective.remove(guest.id());
            return guest.running()
                    ? healthy(round, guest, Kinds.UNMANAGEABLE)
                    : new Finding.Unknown(subject(guest), Kinds.UNMANAGEABLE.name(), "it does not run", round.at());
        }
        long now = round.at().sinceBoot().toMillis();
        long since = defective.computeIfAbsent(guest.id(), id -> now);
        boolean lasting = !guest.apart().isEmpty();
        if (!lasting && now - since < LASTING_MILLIS) {
            return new Finding.Unknown(subject(guest), Kinds.UNMANAGEABLE.name(), defect, round.at());
        }
        Evidence evidence = Evidence.of(guest.name() + " is left alone: " + defect)
                .with("name", guest.name())
                .with("hypervisor", guest.source())
                .with("reason", defect);
        return faulty(round, guest, Kinds.UNMANAGEABLE, evidence, null);
    }

    private Finding host(Round round) {
        HostFinding host = round.verdict().host();
        scarce = host.missing() >= (scarce ? 1 : SCARCE);
        if (!scarce) {
            return round.blind().isEmpty()
                    ? new Finding.Healthy(Subject.HOST, Kinds.HOST.name(), round.at())
                    : new Finding.Unknown(Subject.HOST, Kinds.HOST.name(), "not every hypervisor answers", round.at());
        }
        Evidence evidence = Evidence.of(host.why())
                .with("budgetBytes", host.budget())
                .with("neededBytes", host.needed())
                .with("missingBytes", host.missing());
        return new Finding.Faulty(Subject.HOST, Kinds.HOST.name(), evidence, null, round.at(), round.at());
    }

    private static Finding faulty(
            Round round, SeenGuest guest, FaultKind kind, Evidence evidence, @Nullable Command command) {
        Proposal proposal = command == null ? null : MemoryPlan.propose(guest.name(), command);
        return new Finding.Faulty(subject(guest), kind.name(), evidence, proposal, round.at(), round.at());
    }

    private static Finding healthy(Round round, SeenGuest guest, FaultKind kind) {
        return new Finding.Healthy(subject(guest), kind.name(), round.at());
    }

    private static Subject subject(SeenGuest guest) {
        return Kinds.subject(guest.id());
    }
}
