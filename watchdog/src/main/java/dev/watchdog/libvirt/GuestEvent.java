package dev.watchdog.libvirt;

import java.util.UUID;

/** Something that happened to a guest. */
public sealed interface GuestEvent {
    UUID guest();

    /**
     * It was started, stopped, paused or the like.
     *
     * @param detail libvirt's number for why, of which each change has its own: virDomainEventStartedDetailType and others
     */
    record Lifecycle(UUID guest, String name, Change change, int detail) implements GuestEvent {
        /** VIR_DOMAIN_EVENT_STARTED_BOOTED: not by a migration, a restore or a snapshot. */
        public static final int BOOTED = 0;
    }

    /** It was reset from within or without; its counters begin again. */
    record Rebooted(UUID guest, String name) implements GuestEvent {}

    /** Its balloon has another size now; told once a second at most. */
    record BalloonChanged(UUID guest, String name, long actualKib) implements GuestEvent {}

    /** Its agent came or went. */
    record AgentChanged(UUID guest, String name, boolean connected) implements GuestEvent {}

    /** Its XML says something else: its metadata was written, or a device came, went or has another size. */
    record Redescribed(UUID guest, String name) implements GuestEvent {}

    /** virDomainEventType. */
    enum Change {
        DEFINED,
        UNDEFINED,
        STARTED,
        SUSPENDED,
        RESUMED,
        STOPPED,
        SHUT_DOWN,
        PM_SUSPENDED,
        CRASHED,
        UNKNOWN;

        static Change of(int number) {
            return number < 0 || number >= values().length - 1 ? UNKNOWN : values()[number];
        }
    }
}
