package dev.watchdog.events;

/** A sensor lost or regained its sight. A blind sensor neither raises nor clears a fault. */
public sealed interface SensorEvent extends EventData {
    /** The sensor, such as {@code docker-events:unix:///var/run/docker.sock}. */
    String sensor();

    /** It cannot see, and why. */
    record Blinded(String sensor, String why) implements SensorEvent {}

    /**
     * It sees again.
     *
     * @param blindMillis for how long it was blind
     */
    record Recovered(String sensor, long blindMillis) implements SensorEvent {}
}
