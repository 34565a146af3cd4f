package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;

import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.HostSample.Stall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A host of a seed, and what happens to it second by second: reports lag and go missing, balloons are slow, partly stuck
 * or stuck, orders are refused or lost on the way, guests reboot, lie, come, go and are resized by others, clocks jump,
 * limits change, containers thrash.
 */
final class RandomHost {
    static final String PARTITION = "/machine.slice";

    /** What it takes a new kernel to load the balloon's driver. */
    private static final int MOST_SECONDS_WITHOUT_DRIVER = 20;

    final World world;

    /** When each guest's driver loads that has not yet, and when its last boot began. */
    final Map<String, Long> driverAt = new HashMap<>();

    final Map<String, Long> bootedAt = new HashMap<>();

    /** Those who have gone: for a while they may only have been skipped. */
    final Map<World.Guest, Long> goneAt = new HashMap<>();

    private final Random random;
    private final boolean extras;

    RandomHost(int seed) {
        this.random = new Random(seed);
        this.world = new World((8 + random.nextInt(40)) * GIB);
        this.extras = seed % 4 != 0;
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            come("guest-" + i);
        }
        if (extras && random.nextBoolean()) {
            long others = random.nextInt(4) * (256 * MIB);
            world.limits.put(PARTITION, new World.Limit(0, others));
            world.guests.forEach(each -> enter(each, PARTITION));
            limit(PARTITION);
        }
    }

    /** One of a plain guest, for loads that do not change. */
    static World.Guest come(World world, Random random, String id, double most) {
        long maximum = (1L << random.nextInt(6)) * 512 * MIB;
        long need = (long) (maximum * (0.1 + (most - 0.1) * random.nextDouble()));
        long actual = Math.max(need, (long) (maximum * (0.5 + 0.5 * random.nextDouble())));
        World.Guest guest = world.add(id, maximum, actual, need);
        guest.lastUpdate = world.second + world.wallAhead;
        guest.health = List.of(1.0, 1.0, 1.0, 0.3, 0.0).get(random.nextInt(5));
        guest.stop = random.nextInt(4) == 0 ? maximum / 2 : 0;
        guest.wishes = List.of(Wishes.NONE, Wishes.OUT, Wishes.IN).get(Math.min(2, random.nextInt(10)));
        return guest;
    }

    private void come(String id) {
        World.Guest guest = come(world, random, id, 0.6);
        guest.lag = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0;
        guest.refused = random.nextInt(8) == 0;
        if (!extras) {
            return;
        }
        guest.liar = random.nextInt(12) == 0;
        guest.driverless = random.nextInt(16) == 0;
        guest.period =
                guest.lag == 0 && random.nextInt(8) == 0 ? List.of(3, 10, 60).get(random.nextInt(3)) : 0;
        if (guest.lag == 0 && guest.period == 0 && random.nextInt(8) == 0) {
            guest.late = 10;
            guest.lag = 5 + random.nextInt(6);
        }
        if (guest.wishes.optedIn() && random.nextInt(4) == 0) {
            guest.wishes = new Wishes(true, 0, 0, List.of(0.1, 0.5, 4.0).get(random.nextInt(3)), "");
        }
        if (random.nextInt(16) == 0) {
            guest.hugePages = true;
            guest.obstacle = "its memory is in huge pages";
        }
        if (random.nextInt(6) == 0) {
            world.limits.put(id, new World.Limit(0, 0));
            enter(guest, id);
            limit(id);
        }
        if (world.limits.containsKey(PARTITION)) {
            enter(guest, PARTITION);
        }
    }

    private void enter(World.Guest guest, String limit) {
        if (!limit.equals(PARTITION) || random.nextBoolean()) {
            guest.limits.add(limit);
        }
    }

    /** From a little less than what is in use to much more. */
    private void limit(String name) {
        World.Limit limit = world.limits.get(name);
        if (limit != null) {
            limit.bytes = (long) (world.promised(name) * (0.9 + random.nextDouble())) + 256 * MIB;
        }
    }

    void disturb(int second) {
        boolean hot = random.nextInt(20) == 0;
        world.heat = hot ? Heat.HOT : Heat.COOL;
        world.stall = random.nextInt(3) == 0 ? new Stall(Heat.HOT, "a container") : Stall.NONE;
        if (random.nextInt(60) == 0) {
            world.wallAhead += random.nextInt(7_200) - 3_600;
        }
        if (random.nextInt(50) == 0 && world.guests.size() > 1) {
            World.Guest gone = world.guests.remove(random.nextInt(world.guests.size()));
            goneAt.put(gone, world.second);
            world.limits.remove(gone.id);
        }
        if (random.nextInt(50) == 0) {
            come("late-" + second);
        }
        world.limits.forEach((name, limit) -> {
            limit.heat = random.nextInt(10) == 0 ? Heat.HOT : Heat.COOL;
            if (random.nextInt(80) == 0) {
                limit(name);
            }
        });
        world.guests.forEach(this::disturb);
    }

    private void disturb(World.Guest each) {
        double noise = 1 + 0.02 * random.nextGaussian();
        long burst = random.nextInt(25) == 0 ? (long) (each.maximum * 0.4 * random.nextDouble()) : 0;
        long fall = random.nextInt(25) == 0 ? each.need / 2 : 0;
        each.need = Math.max(32 * MIB, Math.min(each.maximum, (long) (each.need * noise) + burst - fall));
        each.missed = random.nextInt(40) == 0;
        each.skipped = extras && random.nextInt(30) == 0;
        each.silent = random.nextInt(30) == 0 != each.silent;
        each.deaf = random.nextInt(20) == 0;
        each.refused = random.nextInt(50) == 0 != each.refused;
        each.faults += random.nextInt(20) == 0 ? 2_000 : 1;
        if (!each.hugePages) {
            each.obstacle = random.nextInt(40) == 0 ? "a job is held" : random.nextInt(3) == 0 ? "" : each.obstacle;
        }
        each.limitsKnown = !extras || random.nextInt(30) != 0;
        boot(each);
        if (random.nextInt(200) == 0) { // somebody else: less at its own pace, or more at once
            each.target = each.need + (long) ((each.maximum - each.need) * random.nextDouble());
            each.actual = Math.max(each.actual, each.target);
        }
    }

    private void boot(World.Guest each) {
        GuestState known = world.state.guests().get(each.id);
        boolean seen = known != null && !driverAt.containsKey(each.id);
        if (random.nextInt(100) == 0 && known != null && seen) { // an order from before the first look is nobody's
            if (extras && random.nextBoolean()) {
                each.startedAt = world.second * 1_000;
                world.state = world.state.restarted(each.id);
                driverAt.put(each.id, world.second + random.nextInt(MOST_SECONDS_WITHOUT_DRIVER));
            } else {
                // a life of which little was counted cannot be told from the next
                long counted = known.counters().faults();
                bootedAt.put(each.id, counted > 10_000 ? world.second : 0);
                fresh(each);
            }
        }
        long at = driverAt.getOrDefault(each.id, Long.MAX_VALUE);
        each.silent |= at != Long.MAX_VALUE;
        if (world.second >= at) {
            driverAt.remove(each.id);
            bootedAt.put(each.id, world.second);
            each.silent = false;
            fresh(each);
        }
    }

    private static void fresh(World.Guest each) {
        each.swapped = 0;
        each.faults = 0;
        each.reports.clear();
        each.actual = each.maximum;
    }
}
