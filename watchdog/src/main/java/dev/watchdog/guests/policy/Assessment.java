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
        int known = 0;
        for (GuestSample sample : sight.guests()) {
            GuestState last = before.guests().get(sample.id());
            known += last == null ? 0 : 1;
            guests.add(new Outlook(
                    sample, Sighting.of(sample, last, sight, settings, jumped, before.isNew()), settings, now));
        }
        if (known < before.guests().size()) {
            unseen(before, sight, guests, settings);
        }
        List<Budget> budgets = Budgets.of(sight, guests, settings);
        budgets.forEach(Entitlement::cap);
        guests.forEach(Outlook::weigh);
        budgets.forEach(Filling::fill);
        return new Assessment(guests, budgets);
    }

    private static void unseen(PolicyState before, Sight sight, List<Outlook> guests, PolicySettings settings) {
        Map<String, GuestState> others = new HashMap<>(before.guests());
        sight.guests().forEach(each -> others.remove(each.id()));
        others.values().stream().filter(each -> each.lingers(sight.millis())).forEach(each -> {
            GuestSample last = each.seen().sample().unseen(UNSEEN);
            guests.add(new Outlook(last, Sighting.missing(each, sight, settings), settings, sight.millis()));
        });
    }

    Budget host() {
        return budgets.get(budgets.size() - 1);
    }

    /** Wall clock less time since boot, milliseconds. */
    static long wallAhead(Sight sight) {
        return sight.now().wall().toEpochMilli() - sight.millis();
    }
}
