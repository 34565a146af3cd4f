package dev.watchdog.guests;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.MemoryPolicy;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.Verdict;

/**
 * What the policy remembers, in one hand: the watch decides and the remedies order, on threads of their own. An order is
 * remembered before it is given, so that no later decision spends the same memory again.
 */
final class Policing {
    private final GuestsSettings settings;
    private PolicyState state = PolicyState.EMPTY;
    private long unspent;

    Policing(GuestsSettings settings) {
        this.settings = settings;
    }

    synchronized Verdict look(Sight sight) {
        Verdict verdict =
                MemoryPolicy.decide(state, sight, settings.policy(sight.host().total()));
        state = verdict.state();
        HostFinding host = verdict.host();
        unspent = host.budget() - host.granted();
        return verdict;
    }

    /**
     * Takes note of an order that is about to be given.
     *
     * @return false if the memory it would hand out was handed out since the last look: it must not be given
     */
    synchronized boolean order(Command command, long millis) {
        long more = Math.max(0, command.target() - command.actual());
        boolean relief = command.kind() == Command.Kind.CANCEL || command.kind() == Command.Kind.ROLL_BACK;
        if (!relief && more > Math.max(0, unspent)) {
            return false;
        }
        unspent -= more;
        state = state.ordered(command, millis);
        return true;
    }

    /** A guest began anew: what was learned of its last life does not hold. */
    synchronized void restarted(String guest) {
        state = state.restarted(guest);
    }
}
