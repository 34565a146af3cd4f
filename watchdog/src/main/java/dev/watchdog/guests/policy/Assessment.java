package dev.watchdog.guests.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be thought of every guest and every bound, before anything is decided.
 *
 * @param guests those of the sight in its order, then those who are only missing from it
 * @param budgets the closest bounds first, the host's last
 */
record Assessment(List<Outlook> guests, List<Budget> budgets) {
    /** The obstacle of a guest that was there a moment ago. */
    static final String UNSEEN = "this look did not see it";

    static Assessment of(PolicyState before, Sight sight, PolicySettings settings) {
        long now = sight.millis();
        boolean jumped = now - before.clockSetAt(now, wallAhead(sight)) < Limits.CLOCK_DOUBT;
        List<Outlook> guests = new ArrayList<>(sight.guests().size());
        Map<String, GuestState> others = new HashMap<>(before.guests());
        for (GuestSample sample : sight.guests()) {
            GuestState known = others.remove(sample.id());
            guests.add(new Outlook(sample, Sighting.of(sample, known, sight, settings, jumped, before.isNew()), settings, now));
        }
        others.values().stream().filter(each -> each.lingers(now)).forEach(each -> {
            GuestSample last = each.seen().sample().unseen(UNSEEN);
            guests.add(new Outlook(last, Sighting.missing(each, sight), settings, now));
        });
        List<Budget> budgets = Budgets.of(sight, guests, settings);
        budgets.forEach(Entitlement::cap);
        guests.forEach(Outlook::weigh);
        budgets.forEach(Filling::fill);
        return new Assessment(guests, budgets);
    }

    Budget host() {
        return budgets.get(budgets.size() - 1);
    }

    /** Wall clock less time since boot, milliseconds. */
    static long wallAhead(Sight sight) {
        return sight.now().wall().toEpochMilli() - sight.millis();
    }
}
