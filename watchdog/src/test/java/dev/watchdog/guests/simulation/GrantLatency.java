package dev.watchdog.guests.simulation;

import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.Pressure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many ticks a guest waits from its first sign of need until what it needs is granted. */
public final class GrantLatency {
    /** In a count of ticks waited: it has what it needs, and is still pressed. */
    private static final int GRANTED = 0;

    private GrantLatency() {}

    /** Every wait of a replay, ascending. */
    public static List<Integer> of(Trace trace, Setting setting) {
        List<Integer> waits = new ArrayList<>();
        Ours ours = new Ours(setting);
        Map<String, Integer> waiting = new HashMap<>();
        Simulation.run(trace, "watchdog", setting, (time, machines, orders) -> {
            ours.tick(time, machines, orders);
            for (GuestFinding each : ours.findings()) {
                boolean pressed = each.pressure() != Pressure.GREEN;
                Integer waited = waiting.get(each.guest());
                if (pressed && each.lacking() > 0) {
                    waiting.put(each.guest(), Math.max(0, waited == null ? 0 : waited) + 1);
                } else if ((pressed && waited == null) || (waited != null && waited > 0)) {
                    waits.add(waited == null ? 0 : waited);
                    waiting.put(each.guest(), GRANTED);
                }
                if (!pressed) {
                    waiting.remove(each.guest());
                }
            }
        });
        waiting.values().stream().filter(each -> each > 0).forEach(waits::add);
        waits.sort(null);
        return waits;
    }
}
