package dev.watchdog.guests;

import dev.watchdog.guests.policy.GuestSetup.Limits;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.MemoryControlGroups;
import dev.watchdog.linux.PressureGroups;
import dev.watchdog.linux.ProcessMemory;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what bounds guests beside the host: the control groups that their QEMU processes live in, and NUMA nodes. Safe from
 * any thread; reads small files of the kernel, and never waits for a process.
 */
final class LimitSensor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitSensor.class);

    /** Where control groups are mounted is looked for again so often while they cannot be seen. */
    private static final Duration MOUNTS = Duration.ofSeconds(60);

    private final KernelFiles files;
    private final HostClock clock;
    private final PressureGroups pressure;
    private final ProcessHomes homes;
    private final NodeSensor nodes;
    private final Set<UUID> urgent = new HashSet<>();
    private @Nullable MemoryControlGroups groups;
    private @Nullable GroupSensor sensor;
    private @Nullable Duration searched;

    LimitSensor(KernelFiles files, HostClock clock) {
        this.files = files;
        this.clock = clock;
        this.pressure = PressureGroups.find(files.proc());
        this.homes = new ProcessHomes(
                new GuestProcesses(new GuestSearch(files.proc(), new PidFiles(files.run())::holder)), pressure);
        this.nodes = new NodeSensor(files.sys());
    }

    /**
     * What one look saw.
     *
     * @param shared the control group of the unified hierarchy that all guests have in common: its waits for memory are
     *     the guests'; empty when there is none, or it is not known
     */
    record View(Map<UUID, Placement> placements, List<SharedLimit> limits, String shared) {
        Placement of(UUID guest) {
            return placements.getOrDefault(guest, Placement.UNKNOWN);
        }
    }

    /** It is about to be moved: what bounds it is read anew with the next look. */
    synchronized void expect(UUID guest) {
        urgent.add(guest);
    }

    /** Everybody's limits as they are now. */
    synchronized View look(Collection<SeenGuest> guests) {
        Duration now = clock.now().sinceBoot();
        find(now);
        MemoryControlGroups there = groups;
        GroupSensor reading = sensor;
        Set<UUID> ids = new HashSet<>();
        guests.forEach(each -> ids.add(each.id()));
        if (there != null && reading != null) {
            homes.look(guests, urgent, there, now);
            reading.read(homes.paths(ids), homes.paths(urgent), now.toMillis());
        }
        urgent.clear();
        nodes.begin();
        Map<UUID, Placement> placements = new HashMap<>();
        guests.forEach(each -> placements.put(each.id(), place(each, reading)));
        List<SharedLimit> limits = new ArrayList<>(nodes.limits());
        if (reading != null) {
            limits.addAll(reading.limits());
        }
        return new View(placements, limits, homes.shared(ids));
    }

    private void find(Duration now) {
        Duration last = searched;
        if (groups != null || (last != null && now.minus(last).compareTo(MOUNTS) < 0)) {
            return;
        }
        searched = now;
        try {
            MemoryControlGroups found = MemoryControlGroups.find(files.proc());
            groups = found;
            sensor = new GroupSensor(found, pressure);
        } catch (IOException e) {
            if (last == null) {
                LOG.warn("no guest is given more memory: what limits them cannot be seen: {}", e.getMessage());
            }
        }
    }

    private Placement place(SeenGuest guest, @Nullable GroupSensor reading) {
        ProcessHomes.Home home = homes.of(guest.id());
        ProcessMemory memory = home == null ? null : home.memory(guest.sample().actual());
        NodeSensor.Binding bound =
                nodes.bind(guest.description().backing(), memory == null ? Set.of() : memory.nodes());
        Limits limits = limits(home, reading);
        if (!bound.limit().isEmpty() && limits.known()) {
            List<String> names = new ArrayList<>(limits.names());
            names.add(bound.limit());
            limits = new Limits(true, names);
        }
        Pinned pinned = Pinned.of(memory, guest.sample().actual());
        String obstacle = pinned.why().isEmpty() ? bound.obstacle() : pinned.why();
        return new Placement(limits, obstacle, pinned.hugePages(), memory == null ? -1 : memory.files());
    }

    private Limits limits(ProcessHomes.@Nullable Home home, @Nullable GroupSensor reading) {
        MemoryControlGroups there = groups;
        if (reading == null || there == null) {
            return Limits.UNKNOWN;
        }
        if (!there.areThere()) {
            return Limits.NONE;
        }
        if (home == null) {
            return Limits.UNKNOWN;
        }
        Set<String> names = new HashSet<>();
        for (String path : home.paths()) {
            Limits each = reading.of(path);
            if (!each.known()) {
                return each;
            }
            names.addAll(each.names());
        }
        return new Limits(true, List.copyOf(names));
    }

    @Override
    public void close() {
        homes.close();
    }
}
