package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample;
import dev.watchdog.guests.policy.Sight;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Puts together what one look saw of guests, their limits and the host, and has the policy decide. */
final class RoundBuilder {
    private final HostClock clock;
    private final HostSensor host;
    private final LimitSensor limits;
    private final Lives lives;
    private final Policing policing;

    RoundBuilder(HostClock clock, HostSensor host, LimitSensor limits, Lives lives, Policing policing) {
        this.clock = clock;
        this.host = host;
        this.limits = limits;
        this.lives = lives;
        this.policing = policing;
    }

    /**
     * One look. Reads files of the kernel.
     *
     * @param blind the hypervisors that did not answer
     * @throws IOException the host's memory cannot be seen
     */
    Round build(Collection<SeenGuest> guests, Set<String> blind) throws IOException {
        Moment now = clock.now();
        LimitSensor.View view = limits.look(guests);
        HostSample sample = host.look(view.shared());
        List<SeenGuest> placed = guests.stream()
                .map(each -> each.with(view.of(each.id()), lives.of(each.id())))
                .toList();
        Sight sight = new Sight(
                now,
                sample,
                view.limits(),
                placed.stream().map(SeenGuest::sample).toList());
        Round round = Round.of(now, placed, blind, view.limits(), policing.look(sight));
        lives.take(round);
        return round;
    }
}
