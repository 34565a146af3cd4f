package dev.watchdog.healing;

import dev.watchdog.events.Subject;

/** At most one fault of a kind is open on a subject at a time. */
public record FaultKey(Subject subject, String kind) {
    @Override
    public String toString() {
        return subject + " " + kind;
    }
}
