package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who should have how much memory now. Pure: the same state, sight and settings give the same verdict, on any thread.
 * It never orders less than a guest's floor, takes nothing on stale numbers or from a guest that has not opted in, and
 * promises nothing that is not free already, on the host or within any limit that a guest lives in.
 */
public final class MemoryPolicy {
    private MemoryPolicy() {}

    /**
     * Decides one tick. Its commands are proposals: nothing in the state it returns takes them for done; {@link
     * PolicyState#ordered} does for one that really is.
     */
    public static Verdict decide(PolicyState before, Sight sight, PolicySettings settings) {
        Assessment assessed = Assessment.of(before, sight, settings);
        List<Outlook> guests = assessed.guests();
        Moves.decide(guests, assessed.budgets(), settings, sight.millis());
        Map<String, GuestState> after = new HashMap<>(guests.size() * 2);
        List<Command> commands = new ArrayList<>();
        List<GuestFinding> findings = new ArrayList<>(sight.guests().size());
        for (Outlook guest : guests) {
            if (guest.sample.obstacle().equals(Assessment.UNSEEN)) {
                after.put(guest.sample.id(), guest.state);
                continue;
            }
            after.put(guest.sample.id(), guest.after());
            Command command = guest.command;
            if (command != null) {
                commands.add(command);
            }
            findings.add(guest.finding());
        }
        HostFinding host = Shortage.of(guests, assessed.host(), sight.host());
        long now = sight.millis();
        long wallAhead = Assessment.wallAhead(sight);
        PolicyState state = new PolicyState(now, wallAhead, before.clockSetAt(now, wallAhead), after);
        return new Verdict(state, List.copyOf(commands), findings, host);
    }
}
