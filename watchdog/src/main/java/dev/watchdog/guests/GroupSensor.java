package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestSetup;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.linux.MemoryControlGroups;
import dev.watchdog.linux.MemoryControlGroups.Group;
import dev.watchdog.linux.PressureGroups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the control groups that guests live in: those that have a limit at each look, the others every {@value #REREAD} ms
 * and when asked to. Confined to one thread.
 */
final class GroupSensor {
    private static final long REREAD = 5_000;

    /** Groups in one look, beside new ones and those that are asked for: five small files each, some 60 microseconds. */
    private static final int AT_ONCE = 256;

    private final MemoryControlGroups groups;
    private final PressureGroups pressure;
    private final Map<String, Seen> known = new HashMap<>();
    private final Map<String, StallHeat> heats = new HashMap<>();

    /**
     * @param group null: it has no limit, or was not read
     * @param why it could not be read; empty when it was
     */
    private record Seen(@Nullable Group group, String why, long at) {}

    GroupSensor(MemoryControlGroups groups, PressureGroups pressure) {
        this.groups = groups;
        this.pressure = pressure;
    }

    /**
     * Reads those whose turn it is, of these groups and all above them.
     *
     * @param leaves the groups of processes
     * @param urgent those of them that are read whatever their turn
     * @param now milliseconds since boot
     */
    void read(Set<String> leaves, Set<String> urgent, long now) {
        Set<String> all = upward(leaves);
        known.keySet().retainAll(all);
        heats.keySet().retainAll(all);
        Set<String> first = upward(urgent);
        all.stream().filter(each -> !known.containsKey(each)).forEach(first::add);
        first.retainAll(all);
        first.forEach(each -> known.put(each, read(each, now)));
        List<String> due = new ArrayList<>(known.keySet());
        due.removeIf(each -> first.contains(each) || !isDue(known.get(each), now));
        due.sort(Comparator.comparingLong(each -> readAt(each)));
        due.stream().limit(AT_ONCE).forEach(each -> known.put(each, read(each, now)));
    }

    private long readAt(String path) {
        Seen seen = known.get(path);
        return seen == null ? 0 : seen.at();
    }

    private static boolean isDue(@Nullable Seen seen, long now) {
        return seen == null || seen.group() != null || !seen.why().isEmpty() || now - seen.at() >= REREAD;
    }

    private static Set<String> upward(Set<String> leaves) {
        Set<String> all = new HashSet<>();
        leaves.forEach(each -> all.addAll(MemoryControlGroups.upward(each)));
        return all;
    }

    private Seen read(String path, long now) {
        try {
            Group group = groups.read(path);
            if (group == null) {
                heats.remove(path);
            } else {
                StallReading stall = StallReading.of(now, pressure.read(path));
                heats.merge(path, StallHeat.UNSEEN.next(stall), (old, fresh) -> old.next(stall));
            }
            return new Seen(group, "", now);
        } catch (IOException e) {
            return new Seen(null, String.valueOf(e.getMessage()), now);
        }
    }

    /** What bounds a process in this group; unknown while one of those above it cannot be read. */
    GuestSetup.Limits of(String path) {
        List<String> names = new ArrayList<>();
        for (String each : MemoryControlGroups.upward(path)) {
            Seen seen = known.get(each);
            if (seen == null || !seen.why().isEmpty()) {
                return GuestSetup.Limits.UNKNOWN;
            }
            if (seen.group() != null) {
                names.add(each);
            }
        }
        return new GuestSetup.Limits(true, names);
    }

    /** Every group that has a limit. */
    List<SharedLimit> limits() {
        List<SharedLimit> limits = new ArrayList<>();
        known.forEach((path, seen) -> {
            Group group = seen.group();
            if (group != null) {
                StallHeat heat = heats.getOrDefault(path, StallHeat.UNSEEN);
                limits.add(new SharedLimit(path, group.limit(), group.used(), heat.heat()));
            }
        });
        return limits;
    }
}
