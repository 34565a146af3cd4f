package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random hosts: 1,000 runs, 10,000 with {@code -Dwatchdog.long=true}; a failure names its seed. */
class PolicyInvariantsTest {
    private static final int RUNS = Boolean.getBoolean("watchdog.long") ? 10_000 : 1_000;

    @Test
    void noHostOfManyIsHarmed() {
        int commands = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            commands += live(seed);
        }
        assertThat(commands).isGreaterThan(RUNS);
    }

    private static int live(int seed) {
        Random random = new Random(seed);
        World world = new World((8 + random.nextInt(40)) * GIB);
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            come(world, random, "guest-" + i);
        }
        Map<String, Integer> unmet = new HashMap<>();
        int commands = 0;
        for (int i = 0; i < 150; i++) {
            disturb(world, random, i);
            long before = world.held();
            Map<String, World.Guest> known = new HashMap<>();
            world.guests.forEach(each -> known.put(each.id, each));
            Verdict verdict = world.tick();
            commands += verdict.commands().size();
            String told = "seed " + seed + " second " + i + " " + verdict.commands();
            assertThat(world.held()).as(told).isLessThanOrEqualTo(Math.max(world.total, before));
            for (Command command : verdict.commands()) {
                World.Guest guest = Objects.requireNonNull(known.get(command.guest()), told);
                assertThat(command.target()).as(told).isBetween(1L, Math.max(guest.actual, guest.maximum));
                if (command.kind() == Command.Kind.SHRINK) {
                    assertThat(guest.wishes.optedIn()).as(told).isTrue();
                    assertThat(world.second + world.wallAhead - guest.lastUpdate)
                            .as(told)
                            .isBetween(-1L, 5L);
                    if (!guest.silent) {
                        assertThat(command.target()).as(told).isGreaterThanOrEqualTo(guest.need + 32 * MIB);
                    }
                }
            }
            for (World.Guest guest : world.guests) {
                boolean stuck = guest.health == 0
                        && guest.obstacle.isEmpty()
                        && Math.abs(guest.actual - guest.target) > 8 * MIB;
                int seconds = stuck ? unmet.getOrDefault(guest.id, 0) + 1 : 0;
                unmet.put(guest.id, seconds);
                assertThat(seconds).as(told).isLessThan(60);
            }
        }
        return commands;
    }

    private static void come(World world, Random random, String id) {
        long maximum = (1L << random.nextInt(6)) * 512 * MIB;
        long need = (long) (maximum * (0.1 + 0.5 * random.nextDouble()));
        long actual = Math.max(need, (long) (maximum * (0.5 + 0.5 * random.nextDouble())));
        World.Guest guest = world.add(id, maximum, actual, need);
        guest.lastUpdate = world.second + world.wallAhead;
        guest.health = List.of(1.0, 1.0, 1.0, 0.3, 0.0).get(random.nextInt(5));
        guest.stop = random.nextInt(4) == 0 ? maximum / 2 : 0;
        guest.wishes = random.nextInt(5) == 0 ? Wishes.NONE : Wishes.IN;
    }

    private static void disturb(World world, Random random, int second) {
        world.heat = random.nextInt(20) == 0 ? HostSample.Heat.HOT : HostSample.Heat.COOL;
        if (random.nextInt(60) == 0) {
            world.wallAhead += random.nextInt(7_200) - 3_600;
        }
        if (random.nextInt(50) == 0 && world.guests.size() > 1) {
            world.guests.remove(random.nextInt(world.guests.size()));
        }
        if (random.nextInt(50) == 0) {
            come(world, random, "late-" + second);
        }
        for (World.Guest each : world.guests) {
            double noise = 1 + 0.02 * random.nextGaussian();
            long burst = random.nextInt(25) == 0 ? (long) (each.maximum * 0.4 * random.nextDouble()) : 0;
            long fall = random.nextInt(25) == 0 ? each.need / 2 : 0;
            each.need = Math.max(32 * MIB, Math.min(each.maximum, (long) (each.need * noise) + burst - fall));
            each.missed = random.nextInt(40) == 0;
            each.silent = random.nextInt(30) == 0 != each.silent;
            boolean reboots = random.nextInt(100) == 0;
            if (reboots
                    && world.state.guests().containsKey(each.id)) { // an order from before the first look is nobody's
                each.swapped = 0;
                each.actual = each.maximum;
            }
            each.obstacle = random.nextInt(40) == 0 ? "a job is held" : random.nextInt(3) == 0 ? "" : each.obstacle;
        }
    }
}
