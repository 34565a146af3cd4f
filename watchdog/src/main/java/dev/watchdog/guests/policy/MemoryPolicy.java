package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who should have how much memory now. Pure: the same state, sight and settings give the same verdict, on any thread.
 * It never orders less than a guest's floor, takes nothing on stale numbers or from a guest that has not opted in, and
 * promises nothing that is not free already.
 */
public final class MemoryPolicy {
    private MemoryPolicy() {}

    /**
     * Decides one tick. Its commands are proposals: nothing in the state it returns takes them for done; {@link
     * PolicyState#ordered} does for one that really is.
     */
    public static Verdict decide(PolicyState before, Sight sight, PolicySettings settings) {
        long now = sight.millis();
        long wallAhead = sight.now().wall().toEpochMilli() - now;
        boolean jumped = before.at() >= 0 && Math.abs(wallAhead - before.wallAhead()) > Limits.CLOCK_JUMP;
        Outlook[] guests = new Outlook[sight.guests().size()];
        for (int i = 0; i < guests.length; i++) {
            GuestSample sample = sight.guests().get(i);
            GuestState known = before.guests().get(sample.id());
            guests[i] = new Outlook(sample, Sighting.of(sample, known, sight, settings, jumped), settings, now);
        }
        Map<String, GuestState> after = new HashMap<>(guests.length * 2);
        long budget = budget(sight, settings) - missed(before, sight, now, after);
        long missing = Filling.fill(guests, budget);
        new Moves(guests, budget, sight.host().heat(), settings).decide();
        List<Command> commands = new ArrayList<>();
        List<GuestFinding> findings = new ArrayList<>(guests.length);
        for (Outlook guest : guests) {
            after.put(guest.sample.id(), guest.after(now));
            Command command = guest.command;
            if (command != null) {
                commands.add(command);
            }
            findings.add(guest.finding(now));
        }
        HostFinding host = Shortage.of(guests, budget, missing);
        return new Verdict(new PolicyState(now, wallAhead, after), List.copyOf(commands), findings, host);
    }

    /** Keeps who is missing from this sight; returns what they may still take: what they hold counts as the host's own use. */
    private static long missed(PolicyState before, Sight sight, long now, Map<String, GuestState> after) {
        before.guests().forEach((id, state) -> {
            if (state.lingers(now)) {
                after.put(id, state);
            }
        });
        sight.guests().forEach(each -> after.remove(each.id()));
        return after.values().stream().mapToLong(GuestState::outstanding).sum();
    }

    /** What all guests together may have: what is neither the host's own use nor its reserve. QEMU's overhead is the host's. */
    private static long budget(Sight sight, PolicySettings settings) {
        long resident = 0;
        for (GuestSample sample : sight.guests()) {
            resident += Math.min(Math.max(0, sample.resident()), Math.max(0, sample.actual()));
        }
        HostSample host = sight.host();
        long others = Math.max(0, host.total() - host.available() - resident);
        return host.total() - others - settings.hostReserve();
    }
}
