package dev.watchdog.guests;

import dev.watchdog.linux.MemoryControlGroups;
import dev.watchdog.linux.PressureGroups;
import dev.watchdog.linux.ProcessMemory;
import dev.watchdog.linux.ProcessSearch.Found;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which control groups guests' processes live in, and what they hold. Confined to one thread. */
final class ProcessHomes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessHomes.class);

    /** A process hardly ever moves: it is asked again so often, and when its guest is to be moved. */
    private static final Duration REREAD = Duration.ofSeconds(5);

    /** So long a guest's process may stay unfound before that is said: one that starts shows up within seconds. */
    private static final Duration UNFOUND = Duration.ofSeconds(30);

    /** What libvirt calls the groups of QEMU's threads below that of the guest. */
    private static final Set<String> OF_THREADS = Set.of("emulator", "libvirt");

    private final GuestProcesses processes;
    private final PressureGroups pressure;
    private final Map<UUID, Home> homes = new HashMap<>();
    private final Map<UUID, Duration> missing = new HashMap<>();
    private boolean said;

    ProcessHomes(GuestProcesses processes, PressureGroups pressure) {
        this.processes = processes;
        this.pressure = pressure;
    }

    /**
     * Where a guest's processes live: one process, or several that claim to be it.
     *
     * @param claims as they were found; one may have ended since
     * @param paths of the groups that limit its memory
     * @param waits its group in the unified hierarchy
     * @param memories of each of them
     */
    record Home(List<Found> claims, List<String> paths, String waits, List<ProcessMemory> memories, Duration readAt) {
        /** Of the first whose memory a balloon could not free, else of the first. */
        ProcessMemory memory(long actual) {
            return memories.stream()
                    .filter(each -> !Pinned.of(each, actual).why().isEmpty())
                    .findFirst()
                    .orElse(memories.get(0));
        }
    }

    /**
     * Looks where these guests live now.
     *
     * @param urgent those that are asked again whatever their turn
     */
    void look(Collection<SeenGuest> guests, Set<UUID> urgent, MemoryControlGroups groups, Duration now) {
        Map<UUID, List<Found>> found = processes.of(guests, now);
        homes.keySet().retainAll(found.keySet());
        found.forEach((guest, claims) -> {
            Home old = homes.get(guest);
            boolean fresh = old != null
                    && old.claims().equals(claims)
                    && now.minus(old.readAt()).compareTo(REREAD) < 0
                    && !urgent.contains(guest);
            if (!fresh) {
                settle(guest, claims, groups, now);
            }
        });
        if (groups.areThere()) {
            tell(guests.stream().map(SeenGuest::id).collect(Collectors.toSet()), now);
        }
    }

    private void settle(UUID guest, List<Found> claims, MemoryControlGroups groups, Duration now) {
        List<Found> living = claims.stream().filter(Found::lives).toList();
        if (living.isEmpty()) {
            processes.gone(guest);
            homes.remove(guest);
            return;
        }
        try {
            List<String> paths = new ArrayList<>();
            List<ProcessMemory> memories = new ArrayList<>();
            for (Found each : living) {
                paths.add(groups.pathOf(each.directory()));
                memories.add(ProcessMemory.read(each.directory()));
            }
            String waits = guestsOwn(pressure.pathOf(living.get(0).directory()));
            homes.put(guest, new Home(claims, paths, waits, memories, now));
        } catch (IOException e) {
            LOG.debug("where guest {} lives cannot be told: {}", guest, e.getMessage());
            homes.remove(guest);
        }
    }

    private static String guestsOwn(String path) {
        String own = path;
        while (OF_THREADS.contains(own.substring(own.lastIndexOf('/') + 1)) && own.lastIndexOf('/') > 0) {
            own = own.substring(0, own.lastIndexOf('/'));
        }
        return own;
    }

    private void tell(Set<UUID> guests, Duration now) {
        missing.keySet().retainAll(guests);
        missing.keySet().removeAll(homes.keySet());
        guests.stream().filter(each -> !homes.containsKey(each)).forEach(each -> missing.putIfAbsent(each, now));
        boolean lasting =
                missing.values().stream().anyMatch(since -> now.minus(since).compareTo(UNFOUND) > 0);
        if (lasting && !said) {
            said = true;
            LOG.warn(
                    "the QEMU processes or control groups of {} guests are not to be seen in /proc: they are given no more"
                            + " memory, since what limits them is not known; an agent in a container needs the host's pid and"
                            + " cgroup namespaces",
                    missing.size());
        }
    }

    @Nullable Home of(UUID guest) {
        return homes.get(guest);
    }

    /** The groups of these guests' processes. */
    Set<String> paths(Set<UUID> guests) {
        Set<String> all = new HashSet<>();
        guests.forEach(each -> {
            Home home = homes.get(each);
            if (home != null) {
                all.addAll(home.paths());
            }
        });
        return all;
    }

    /** The deepest group of the unified hierarchy that all of these guests are in; empty when that is the root. */
    String shared(Set<UUID> guests) {
        String common = null;
        for (UUID each : guests) {
            Home home = homes.get(each);
            if (home == null) {
                return "";
            }
            common = common == null ? home.waits() : common(common, home.waits());
        }
        return common == null ? "" : common;
    }

    private static String common(String one, String other) {
        String shared = one;
        while (!shared.isEmpty() && !other.equals(shared) && !other.startsWith(shared + "/")) {
            shared = shared.substring(0, shared.lastIndexOf('/'));
        }
        return shared;
    }

    @Override
    public void close() {
        processes.close();
    }
}
