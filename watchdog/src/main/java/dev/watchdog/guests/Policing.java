package dev.watchdog.guests;

import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestSample;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.MemoryPolicy;
import dev.watchdog.guests.policy.PolicySettings;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Release;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.guests.policy.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the policy remembers, in one hand: the watch decides and the remedies order, on threads of their own. What is
 * ordered is set aside first, so that nobody spends the same memory again before the next look.
 */
final class Policing {
    private final GuestsSettings settings;
    private PolicyState state = PolicyState.EMPTY;
    private long unspent;
    private @Nullable Sight last;

    Policing(GuestsSettings settings) {
        this.settings = settings;
    }

    synchronized Verdict look(Sight sight) {
        Verdict verdict = MemoryPolicy.decide(state, sight, settings(sight));
        state = verdict.state();
        last = sight;
        HostFinding host = verdict.host();
        unspent = host.budget() - host.granted();
        return verdict;
    }

    /** What to order, by the last look, to give back to these guests what was taken from them; those in most need first. */
    synchronized List<Command> release(Set<String> guests) {
        Sight sight = last;
        return sight == null ? List.of() : Release.of(state, sight, settings(sight), guests);
    }

    /** Everybody who was seen with the last look, by UUID. */
    synchronized Set<String> known() {
        Sight sight = last;
        return sight == null
                ? Set.of()
                : sight.guests().stream().map(GuestSample::id).collect(Collectors.toSet());
    }

    /** Pools of huge pages are not the host's to keep a part of. */
    private PolicySettings settings(Sight sight) {
        return settings.policy(sight.host().total() - sight.host().apart().hugePages());
    }

    /**
     * Sets memory aside for an order that is about to be given.
     *
     * @return false if it was handed out since the last look: the order must not be given
     */
    synchronized boolean spend(Command command) {
        long held = Math.max(command.actual(), state.promised(command.guest()));
        long more = Math.max(0, command.target() - held);
        if (more > Math.max(0, unspent)) {
            return false;
        }
        unspent -= more;
        return true;
    }

    /** Takes note of an order that was given. */
    synchronized void ordered(Command command, long millis) {
        state = state.ordered(command, millis);
    }

    /** Somebody asked for the size that it gets: it is left at that for a while. */
    synchronized void resizedByHand(String guest, long millis) {
        state = state.resizedByHand(guest, millis);
    }

    /** A guest began anew: what was learned of its last life does not hold. */
    synchronized void restarted(String guest) {
        state = state.restarted(guest);
    }
}
