package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random hosts: 10,000 runs and those that were once harmed, 100,000 with {@code -Dwatchdog.long=true}, on all cores; a failure names its seed. */
class PolicyInvariantsTest {
    private static final int RUNS = Boolean.getBoolean("watchdog.long") ? 100_000 : 10_000;

    @Test
    void noHostOfManyIsHarmed() {
        long commands = IntStream.concat(
                        IntStream.range(0, RUNS), IntStream.of(38_495, 115_175, 197_388, 197_841, 198_918))
                .parallel()
                .mapToLong(seed -> new HostInvariants(seed).live())
                .sum();
        assertThat(commands).isGreaterThan(RUNS);
    }

    @Test
    void steadyLoadsAreLeftAlone() {
        IntStream.range(0, RUNS / 20).parallel().forEach(seed -> {
            Random random = new Random(seed);
            World world = new World(200 * GIB);
            double noise = seed % 2 == 0 ? 0 : 0.01;
            Map<World.Guest, Long> needs = new LinkedHashMap<>();
            for (int i = 0; i < 4; i++) {
                World.Guest guest = RandomHost.come(world, random, "guest-" + i, 0.4);
                guest.health = 1;
                guest.stop = 0;
                needs.put(guest, guest.need);
            }
            world.settings = new PolicySettings(1_000, world.total - world.held() - GIB);
            int first = 0;
            int later = 0;
            for (int second = 0; second < 4_200; second++) {
                needs.forEach((guest, need) -> guest.need = (long) (need * (1 + noise * random.nextGaussian())));
                int commands = world.tick().commands().size();
                first += second < 600 ? commands : 0;
                later += second < 600 ? 0 : commands;
            }
            assertThat(later)
                    .as("seed %d, after the first ten minutes' %d", seed, first)
                    .isZero();
        });
    }

    /** Everybody wants more than there is, for ever: it settles, however the balloons behave. */
    @Test
    void steadyLoadsOnATightHostDoNotHunt() {
        IntStream.concat(IntStream.range(0, RUNS / 20), IntStream.of(4_049))
                .parallel()
                .forEach(seed -> {
                    Map<String, Integer> commands = commandsInAnHour(seed, seed);
                    assertThat(commands.values())
                            .as("seed %d in an hour: %s", seed, commands)
                            .allMatch(each -> each <= 30);
                });
    }

    /** One that was, with other noises: 300 MiB went to and fro 73 times between two who each had little ready. */
    @Test
    void noNoiseMakesATightHostHunt() {
        IntStream.range(0, RUNS / 200).parallel().forEach(noise -> {
            Map<String, Integer> commands = commandsInAnHour(217, noise);
            assertThat(commands.values())
                    .as("noise %d in an hour: %s", noise, commands)
                    .allMatch(each -> each <= 42);
        });
    }

    /** After ten minutes to settle, by guest. */
    private static Map<String, Integer> commandsInAnHour(int seed, int noise) {
        Random random = new Random(seed);
        World world = new World(32 * GIB);
        Map<World.Guest, Long> needs = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            World.Guest guest = RandomHost.come(world, random, "guest-" + i, 0.6);
            guest.actual = Math.min(guest.actual, 8 * GIB);
            guest.target = guest.actual;
            needs.put(guest, guest.need);
        }
        random.setSeed(noise);
        Map<String, Integer> commands = new LinkedHashMap<>();
        for (int second = 0; second < 4_200; second++) {
            needs.forEach((guest, need) -> guest.need = (long) (need * (1 + 0.005 * random.nextGaussian())));
            List<Command> proposed = world.tick().commands();
            if (second >= 600) {
                proposed.forEach(each -> commands.merge(each.guest(), 1, Integer::sum));
            }
        }
        return commands;
    }

    /** Everybody's needs go up and down, and one says that it has nothing left, whatever it has. */
    @Test
    void noLiarTakesMoreThanItsShare() {
        int grown = 0;
        for (int seed = 0; seed < RUNS / 20; seed++) {
            Random random = new Random(seed);
            World world = new World(24 * GIB);
            int count = 2 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                double weight = List.of(0.1, 0.5, 1.0, 1.0, 2.0, 10.0).get(random.nextInt(6));
                World.Guest guest = world.add("guest-" + i, 16 * GIB, 24 * GIB / count, GIB);
                guest.wishes = new Wishes(true, 0, 0, weight, "");
            }
            World.Guest liar = world.guests.get(0);
            liar.liar = true;
            long most = liar.actual;
            for (int second = 0; second < 120; second++) {
                for (World.Guest each : world.guests) {
                    boolean moves = random.nextInt(15) == 0;
                    each.need = moves ? (long) (each.actual * (0.1 + 0.7 * random.nextDouble())) : each.need;
                }
                world.tick();
                most = Math.max(most, share(world, liar));
                assertThat(liar.target).as("seed %d second %d", seed, second).isLessThanOrEqualTo(most);
            }
            grown += liar.actual > 24 * GIB / count ? 1 : 0;
        }
        assertThat(grown).isGreaterThan(RUNS / 100);
    }

    /** Its part of the host by weight, and its weighted share of what each of the others leaves of its own. */
    private static long share(World world, World.Guest mine) {
        double weights =
                world.guests.stream().mapToDouble(each -> each.wishes.weight()).sum();
        double weight = mine.wishes.weight();
        double spare = 0;
        double part = world.total * weight / weights;
        for (World.Guest each : world.guests) {
            double its = Math.min((double) each.maximum, world.total * each.wishes.weight() / weights);
            double over = Math.max(0, world.total * each.wishes.weight() / weights - its);
            part += each == mine ? 0 : over * weight / (weights - each.wishes.weight());
            spare += each == mine ? 0 : Math.max(0, its + over - each.told().need() - 512 * MIB);
        }
        return (long) Math.min((double) mine.maximum, part + spare * weight / (weight + (weights - weight) / 2))
                + 64 * MIB;
    }

    /** Nothing is short of anything: faults and swapping within a guest's own limits say nothing of its memory. */
    @Test
    void noFaultIsWithoutANeed() {
        for (int seed = 0; seed < RUNS / 20; seed++) {
            Random random = new Random(seed);
            World world = new World(200 * GIB);
            World.Guest guest = RandomHost.come(world, random, "guest", 0.5);
            guest.actual = guest.maximum;
            guest.target = guest.maximum;
            world.ticks(10);
            for (int second = 0; second < 60; second++) {
                guest.faults += random.nextInt(4) == 0 ? 5_000 : 1;
                guest.swapped += random.nextInt(8) == 0 ? 5 * MIB : 0;
                assertThat(world.tick().guests().get(0).bounds().shortness())
                        .as("seed %d second %d", seed, second)
                        .isEqualTo(Pressure.GREEN);
            }
        }
    }
}
