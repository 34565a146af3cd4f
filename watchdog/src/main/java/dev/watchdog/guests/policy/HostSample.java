package dev.watchdog.guests.policy;

/**
 * What the host has.
 *
 * @param total MemTotal
 * @param available MemAvailable
 * @param heat from PSI, MemAvailable and the host's own swapping
 */
public record HostSample(long total, long available, Heat heat) {
    /** How hard the host is pressed. */
    public enum Heat {
        COOL,
        WARM,
        HOT
    }
}
