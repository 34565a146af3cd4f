package dev.watchdog.guests.policy;

import dev.watchdog.linux.Moment;
import java.util.List;

/**
 * Everything that one tick saw.
 *
 * @param limits what bounds some of the guests beside the host; one that a guest names and that is not here is unknown:
 *     the guest is given nothing
 */
public record Sight(Moment now, HostSample host, List<SharedLimit> limits, List<GuestSample> guests) {
    public Sight {
        limits = List.copyOf(limits);
        guests = List.copyOf(guests);
    }

    /** Nothing but the host bounds anybody. */
    public Sight(Moment now, HostSample host, List<GuestSample> guests) {
        this(now, host, List.of(), guests);
    }

    long millis() {
        return now.sinceBoot().toMillis();
    }
}
