package dev.watchdog.guests.policy;

/**
 * What was concluded of the host. Bytes.
 *
 * @param budget for all guests together
 * @param granted what they have or were promised
 * @param needed what they all need
 * @param missing by how much needs exceed the budget: above 0 is {@code host.memory-pressure}
 * @param why who needs what, and what would free it; empty when nothing is missing
 */
public record HostFinding(long budget, long granted, long needed, long missing, String why) {}
