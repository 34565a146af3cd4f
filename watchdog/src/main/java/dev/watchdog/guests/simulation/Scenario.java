package dev.watchdog.guests.simulation;

import dev.watchdog.guests.policy.Wishes;
import java.util.List;
import java.util.Map;

/**
 * What is special about a replay: how its guests are built and behave, and what happens on its host. Plain where nothing is
 * said. MiB and seconds.
 *
 * @param roles by a guest's name
 * @param limits by their name: control groups, or NUMA nodes, that guests live in
 * @param pressure while others on the host wait for memory at limits of their own
 */
public record Scenario(Map<String, Role> roles, Map<String, List<Limit>> limits, List<Span> pressure) {
    /** Nothing is special. */
    public static final Scenario PLAIN = new Scenario(Map.of(), Map.of(), List.of());

    public Scenario {
        roles = Map.copyOf(roles);
        limits = Map.copyOf(limits);
        pressure = List.copyOf(pressure);
    }

    /**
     * One guest's.
     *
     * @param limits it lives in
     * @param period between its reports; 0: at each look
     * @param numbers whether its driver reports anything, and whether that is true
     * @param hugePages its memory comes of a pool that is not the host's for guests
     * @param reboots when it is reset
     */
    public record Role(
            List<String> limits,
            double period,
            Numbers numbers,
            boolean hugePages,
            Wishes wishes,
            List<Double> reboots) {
        static final Role PLAIN = new Role(List.of(), 0, Numbers.TRUE, false, Wishes.IN, List.of());

        public Role {
            limits = List.copyOf(limits);
            reboots = List.copyOf(reboots);
        }
    }

    /** What a guest reports. */
    public enum Numbers {
        TRUE,
        /** It always says that it has nothing left. */
        LIES,
        /** It has no balloon driver. */
        NONE
    }

    /** What a limit is from a time on. */
    public record Limit(double from, double size) {}

    /** From one time to another. */
    public record Span(double from, double to) {}

    Role role(String guest) {
        return roles.getOrDefault(guest, Role.PLAIN);
    }

    /** What a limit is at a time; without end before it begins. */
    double limit(String name, double time) {
        double size = Double.MAX_VALUE;
        for (Limit each : limits.getOrDefault(name, List.of())) {
            size = each.from() <= time ? each.size() : size;
        }
        return size;
    }

    boolean isPressed(double time) {
        return pressure.stream().anyMatch(each -> each.from() <= time && time < each.to());
    }
}
