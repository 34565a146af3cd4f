package dev.watchdog.healing;

import java.time.Duration;

/**
 * A kind of action that a domain can take.
 *
 * @param name {@code <subject kind>.<verb>}, such as {@code container.restore-rootfs}
 * @param deadline how long one may run; a remedy starts no step after it
 * @param title a few words for tables
 */
public record ActionKind(String name, Duration deadline, String title) {}
