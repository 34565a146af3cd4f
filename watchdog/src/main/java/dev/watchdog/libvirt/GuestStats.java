package dev.watchdog.libvirt;

import java.util.Locale;
import java.util.UUID;

/**
 * One guest in one bulk call.
 *
 * @param name as its owner chose it: not trusted, at most 1 KiB, empty when longer
 */
public record GuestStats(UUID uuid, String name, State state, BalloonStats balloon) {
    /** virDomainState; a guest is only itself while it is RUNNING. */
    public enum State {
        UNKNOWN,
        RUNNING,
        BLOCKED,
        PAUSED,
        SHUTTING_DOWN,
        SHUT_OFF,
        CRASHED,
        SUSPENDED;

        /** For people, as virsh says it. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        static State of(long number) {
            return number < 0 || number >= values().length ? UNKNOWN : values()[(int) number];
        }
    }
}
