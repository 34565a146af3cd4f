package dev.watchdog.guests.policy;

/**
 * What was concluded of the host. Bytes.
 *
 * @param budget for all guests together
 * @param granted what they have or were promised
 * @param needed what they all need
 * @param missing by how much needs exceed the budget: above 0 is {@code host.memory-pressure}
 * @param why who needs what, and what would free it; empty when nothing is missing
 * @param pressure how hard the host is pressed, and by whom
 */
public record HostFinding(long budget, long granted, long needed, long missing, String why, Pressed pressure) {
    /**
     * How hard the host is pressed as the policy takes it.
     *
     * @param heat what it acts on
     * @param foreign whose waiting for memory it does not act on, in one line, because the host is not short; empty when
     *     nobody waits, or the host is short
     */
    public record Pressed(HostSample.Heat heat, String foreign) {
        /** Not at all. */
        public static final Pressed NOT = new Pressed(HostSample.Heat.COOL, "");
    }

    /** Of a host that nobody presses. */
    public HostFinding(long budget, long granted, long needed, long missing, String why) {
        this(budget, granted, needed, missing, why, Pressed.NOT);
    }
}
