package dev.watchdog.guests;

import java.time.Duration;

/**
 * How long a guest that is suddenly short waited for the first memory, and since the first look that showed it.
 *
 * @param answer how long it took the guest then to say what it has
 */
record Grant(Duration sinceNeed, Duration sinceSign, Duration answer) {
    private static final Duration TO_GRANT = Duration.ofSeconds(3);

    /** A guest that answers slowly also takes memory slowly: so many of its answers, if that is longer. */
    private static final int ANSWERS = 20;

    /** Has it take at once what it has, but for so many MiB. */
    static Grant starve(GuestsRoom room, Watched watched, RealGuest guest, long left) {
        long total = guest.total();
        Duration from = now(room);
        guest.starve(left);
        RealHost.until(room, guest.name + " is grown", () -> guest.total() > total + 4);
        Duration granted = now(room);
        long ignored = guest.total();
        Duration answer = now(room).minus(granted);
        Duration sign = watched.shortages(guest, from).findFirst().orElse(granted);
        return new Grant(granted.minus(from), granted.minus(sign), answer);
    }

    /** How long it may take from the first sign on. */
    Duration allowed() {
        Duration slow = answer.multipliedBy(ANSWERS);
        return slow.compareTo(TO_GRANT) > 0 ? slow : TO_GRANT;
    }

    private static Duration now(GuestsRoom room) {
        return room.clock().now().sinceBoot();
    }
}
