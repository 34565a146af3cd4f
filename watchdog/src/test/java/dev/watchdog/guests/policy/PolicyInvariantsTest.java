package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Random hosts: 10,000 runs, 100,000 with {@code -Dwatchdog.long=true}; a failure names its seed. Reports lag and go missing,
 * balloons are slow, partly stuck or stuck, orders are refused or lost on the way, guests reboot, come, go and are resized
 * by others, clocks jump.
 */
class PolicyInvariantsTest {
    private static final int RUNS = Boolean.getBoolean("watchdog.long") ? 100_000 : 10_000;
    private static final int SECONDS = 150;

    @Test
    void noHostOfManyIsHarmed() {
        int commands = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            commands += new Life(seed).live();
        }
        assertThat(commands).isGreaterThan(RUNS);
    }

    @Test
    void steadyLoadsAreLeftAlone() {
        for (int seed = 0; seed < RUNS / 20; seed++) {
            Random random = new Random(seed);
            World world = new World(200 * GIB);
            double noise = seed % 2 == 0 ? 0 : 0.01;
            Map<World.Guest, Long> needs = new HashMap<>();
            for (int i = 0; i < 4; i++) {
                World.Guest guest = come(world, random, "guest-" + i, 0.4);
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
        }
    }

    /** Everybody wants more than there is, for ever: it settles, however the balloons behave. */
    @Test
    void steadyLoadsOnATightHostDoNotHunt() {
        for (int seed = 0; seed < RUNS / 20; seed++) {
            Random random = new Random(seed);
            World world = new World(32 * GIB);
            Map<World.Guest, Long> needs = new HashMap<>();
            for (int i = 0; i < 4; i++) {
                World.Guest guest = come(world, random, "guest-" + i, 0.6);
                guest.actual = Math.min(guest.actual, 8 * GIB);
                guest.target = guest.actual;
                needs.put(guest, guest.need);
            }
            Map<String, Integer> commands = new HashMap<>();
            for (int second = 0; second < 4_200; second++) {
                needs.forEach((guest, need) -> guest.need = (long) (need * (1 + 0.005 * random.nextGaussian())));
                List<Command> proposed = world.tick().commands();
                if (second >= 600) {
                    proposed.forEach(each -> commands.merge(each.guest(), 1, Integer::sum));
                }
            }
            assertThat(commands.values())
                    .as("seed %d in an hour: %s", seed, commands)
                    .allMatch(each -> each <= 30);
        }
    }

    private static World.Guest come(World world, Random random, String id, double most) {
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

    /** One host's. */
    private static final class Life {
        private final int seed;
        private final Random random;
        private final World world;
        private final Map<String, Integer> unmet = new HashMap<>();
        private final Set<String> ordered = new HashSet<>();

        Life(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.world = new World((8 + random.nextInt(40)) * GIB);
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                come("guest-" + i);
            }
        }

        private void come(String id) {
            World.Guest guest = PolicyInvariantsTest.come(world, random, id, 0.6);
            guest.lag = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0;
            guest.refused = random.nextInt(8) == 0;
        }

        int live() {
            int commands = 0;
            for (int i = 0; i < SECONDS; i++) {
                disturb(i);
                long before = world.promised();
                Verdict verdict = world.tick();
                commands += verdict.commands().size();
                int second = i;
                Supplier<String> told =
                        () -> "seed " + seed + " second " + second + " " + verdict.commands() + world.guests;
                assertThat(world.held()).as(told).isLessThanOrEqualTo(Math.max(world.total, before));
                assertThat(verdict.commands().stream().map(Command::guest))
                        .as(told)
                        .doesNotHaveDuplicates();
                Map<String, GuestFinding> findings = new HashMap<>();
                verdict.guests().forEach(each -> findings.put(each.guest(), each));
                for (Command command : verdict.commands()) {
                    World.Guest guest = world.guest(command.guest());
                    judge(
                            command,
                            guest,
                            findings.getOrDefault(guest.id, verdict.guests().get(0)),
                            told);
                }
                world.guests.forEach(each -> stuck(each, told));
            }
            return commands;
        }

        private void judge(Command command, World.Guest guest, GuestFinding finding, Supplier<String> told) {
            assertThat(guest.obstacle).as(told).isEmpty();
            assertThat(guest.wishes.optedOut()).as(told).isFalse();
            assertThat(command.target()).as(told).isBetween(1L, Math.max(guest.actual, guest.maximum));
            switch (command.kind()) {
                case SHRINK -> {
                    assertThat(guest.wishes.optedIn()).as(told).isTrue();
                    long age = world.second + world.wallAhead - guest.told().lastUpdate();
                    assertThat(age).as(told).isBetween(-1L, 5L);
                    long least = Math.min(512 * MIB, guest.maximum / 13);
                    assertThat(command.target()).as(told).isGreaterThanOrEqualTo(finding.floor());
                    assertThat(command.target())
                            .as(told)
                            .isGreaterThanOrEqualTo(guest.told().need() + least);
                }
                case CANCEL -> {
                    assertThat(ordered).as(told).contains(guest.id);
                    assertThat(command.target())
                            .as(told)
                            .isGreaterThanOrEqualTo(Math.min(guest.actual, finding.floor()));
                }
                case GROW, ROLL_BACK -> assertThat(command.target()).as(told).isGreaterThan(guest.actual);
            }
            if (!guest.refused) {
                ordered.add(guest.id);
            }
        }

        private void stuck(World.Guest guest, Supplier<String> told) {
            boolean stuck = guest.health == 0
                    && guest.obstacle.isEmpty()
                    && !guest.missed
                    && !guest.refused
                    && guest.target == guest.ordered
                    && Math.abs(guest.actual - guest.target) > 8 * MIB;
            int seconds = stuck ? unmet.getOrDefault(guest.id, 0) + 1 : 0;
            unmet.put(guest.id, seconds);
            assertThat(seconds).as(told).isLessThan(60);
        }

        private void disturb(int second) {
            world.heat = random.nextInt(20) == 0 ? HostSample.Heat.HOT : HostSample.Heat.COOL;
            if (random.nextInt(60) == 0) {
                world.wallAhead += random.nextInt(7_200) - 3_600;
            }
            if (random.nextInt(50) == 0 && world.guests.size() > 1) {
                world.guests.remove(random.nextInt(world.guests.size()));
            }
            if (random.nextInt(50) == 0) {
                come("late-" + second);
            }
            world.guests.forEach(this::disturb);
        }

        private void disturb(World.Guest each) {
            double noise = 1 + 0.02 * random.nextGaussian();
            long burst = random.nextInt(25) == 0 ? (long) (each.maximum * 0.4 * random.nextDouble()) : 0;
            long fall = random.nextInt(25) == 0 ? each.need / 2 : 0;
            each.need = Math.max(32 * MIB, Math.min(each.maximum, (long) (each.need * noise) + burst - fall));
            each.missed = random.nextInt(40) == 0;
            each.silent = random.nextInt(30) == 0 != each.silent;
            each.deaf = random.nextInt(20) == 0;
            each.refused = random.nextInt(50) == 0 != each.refused;
            each.faults += random.nextInt(20) == 0 ? 2_000 : 1;
            each.obstacle = random.nextInt(40) == 0 ? "a job is held" : random.nextInt(3) == 0 ? "" : each.obstacle;
            boolean seen = world.state.guests().containsKey(each.id);
            if (random.nextInt(100) == 0 && seen) { // an order from before the first look is nobody's
                each.swapped = 0;
                each.faults = 0;
                each.reports.clear();
                each.actual = each.maximum;
            }
            if (random.nextInt(200) == 0) { // somebody else: less at its own pace, or more at once
                each.target = each.need + (long) ((each.maximum - each.need) * random.nextDouble());
                each.actual = Math.max(each.actual, each.target);
            }
        }
    }
}
