package dev.watchdog.healing;

import dev.watchdog.events.Severity;

/**
 * A kind of fault that a domain can find.
 *
 * @param name {@code <subject kind>.<what>}, such as {@code container.rootfs-lost}
 * @param subjectKind the kind of subject it befalls
 * @param severity what a person on call is told
 * @param title a few words for tables
 * @param nature what it means when it is found
 */
public record FaultKind(String name, String subjectKind, Severity severity, String title, Nature nature) {
    /** Something that breaks. */
    public FaultKind(String name, String subjectKind, Severity severity, String title) {
        this(name, subjectKind, severity, title, Nature.BREAKAGE);
    }
}
