package dev.watchdog.guests.policy;

import java.util.List;

/**
 * What one tick found, and what to remember for the next.
 *
 * @param commands proposals, one for a guest at most; each is safe without the others
 */
public record Verdict(PolicyState state, List<Command> commands, List<GuestFinding> guests, HostFinding host) {}
