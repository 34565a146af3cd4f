package dev.watchdog.guests.policy;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A small host with guests whose memory a test sets, second by second. */
final class World {
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    static final class Guest {
        final String id;
        final long maximum;
        long actual;
        long target;
        long need;
        long swapped;
        long lastUpdate = 1;
        double health = 1;
        long stop;
        boolean silent;
        boolean missed;
        String obstacle = "";
        Wishes wishes = Wishes.IN;

        Guest(String id, long maximum, long actual, long need) {
            this.id = id;
            this.maximum = maximum;
            this.actual = actual;
            this.target = actual;
            this.need = need;
        }

        GuestSample sample() {
            return new GuestSample(
                    id,
                    actual,
                    maximum,
                    Math.max(0, actual - need),
                    0,
                    actual,
                    swapped,
                    0,
                    0,
                    lastUpdate,
                    obstacle,
                    wishes);
        }
    }

    final List<Guest> guests = new ArrayList<>();
    final long total;
    long second = 1_000;
    long wallAhead = 1_700_000_000;
    HostSample.Heat heat = HostSample.Heat.COOL;
    PolicyState state = PolicyState.EMPTY;
    PolicySettings settings = new PolicySettings(1_000, 0);

    World(long total) {
        this.total = total;
    }

    Guest add(String id, long maximum, long actual, long need) {
        Guest guest = new Guest(id, maximum, actual, need);
        guests.add(guest);
        return guest;
    }

    /** One second: balloons move, guests report, the policy decides, its orders are set. */
    Verdict tick() {
        second++;
        for (Guest each : guests) {
            long step = (long) ((each.target < each.actual ? 0.95 : 2.3) * GIB * each.health);
            long next = each.target < each.actual
                    ? Math.max(Math.max(each.target, Math.min(each.stop, each.actual)), each.actual - step)
                    : Math.min(each.target, each.actual + step);
            each.actual = next;
            each.swapped += Math.max(0, each.need - each.actual) / 8;
            each.lastUpdate = each.silent ? each.lastUpdate : second + wallAhead;
        }
        Verdict verdict = MemoryPolicy.decide(state, sight(), settings);
        state = verdict.state();
        for (Command command : verdict.commands()) {
            guests.stream()
                    .filter(each -> each.id.equals(command.guest()))
                    .forEach(each -> each.target = command.target());
        }
        return verdict;
    }

    List<Command> ticks(int count) {
        List<Command> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.addAll(tick().commands());
        }
        return all;
    }

    Sight sight() {
        long resident = guests.stream().mapToLong(each -> each.actual).sum();
        return new Sight(
                new Moment("boot", Duration.ofSeconds(second), Instant.ofEpochSecond(second + wallAhead)),
                new HostSample(total, total - resident, heat),
                guests.stream().filter(each -> !each.missed).map(Guest::sample).toList());
    }

    long held() {
        return guests.stream()
                .mapToLong(each -> Math.max(each.actual, each.target))
                .sum();
    }
}
