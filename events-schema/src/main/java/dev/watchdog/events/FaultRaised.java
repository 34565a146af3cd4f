package dev.watchdog.events;

/**
 * A subject is known to be broken.
 *
 * @param fault the fault's id, unique over all journals
 * @param kind the fault kind, such as {@code container.rootfs-lost}
 * @param evidence what was seen
 */
public record FaultRaised(String fault, String kind, Evidence evidence) implements EventData {}
