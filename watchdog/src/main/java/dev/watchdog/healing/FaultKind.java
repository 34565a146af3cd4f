package dev.watchdog.healing;

import dev.watchdog.events.Severity;

/**
 * A kind of fault that a domain can find.
 *
 * @param name {@code <subject kind>.<what>}, such as {@code container.rootfs-lost}
 * @param subjectKind the kind of subject it befalls
 * @param severity what a person on call is told
 * @param title a few words for tables
 */
public record FaultKind(String name, String subjectKind, Severity severity, String title) {}
