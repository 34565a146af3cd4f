package dev.watchdog.guests.simulation;

/**
 * What a replay runs on.
 *
 * @param host MiB that the host has for its guests, its own use already left out
 * @param maximum MiB a guest may have at most
 * @param tick seconds between two looks
 * @param lag seconds by which guests' reports are old
 */
public record Setting(double host, double maximum, double tick, double lag, Scenario scenario) {
    /** Nothing is special about its guests and its host. */
    public Setting(double host, double maximum, double tick, double lag) {
        this(host, maximum, tick, lag, Scenario.PLAIN);
    }
}
