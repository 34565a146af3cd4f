package dev.watchdog.guests.policy;

import dev.watchdog.linux.Moment;
import java.util.List;

/** Everything that one tick saw. */
public record Sight(Moment now, HostSample host, List<GuestSample> guests) {
    public Sight {
        guests = List.copyOf(guests);
    }

    long millis() {
        return now.sinceBoot().toMillis();
    }
}
