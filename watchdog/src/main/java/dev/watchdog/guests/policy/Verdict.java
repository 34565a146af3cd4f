package dev.watchdog.guests.policy;

import java.util.List;

/** What one tick decided, and what to remember for the next. */
public record Verdict(PolicyState state, List<Command> commands, List<GuestFinding> guests, HostFinding host) {}
