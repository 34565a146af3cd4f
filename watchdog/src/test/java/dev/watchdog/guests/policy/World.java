package dev.watchdog.guests.policy;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small host with guests whose memory a test sets, second by second. */
final class World {
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** What QEMU uses beside its guest's memory. */
    static final long QEMU = 60 * MIB;

    /** What a guest once told. */
    record Report(long usable, long need, long swapped, long faults, long lastUpdate) {}

    static final class Guest {
        final String id;
        final long maximum;
        final Deque<Report> reports = new ArrayDeque<>();
        long actual;
        long target;
        long need;
        long ordered;
        long caches;
        long swapped;
        long faults;
        long lastUpdate = 1;
        double health = 1;
        long stop;

        /** Seconds by which its reports are old. */
        int lag;

        /** Seconds between two reports of its driver; 0: at each look, and nobody set a period. */
        int period;

        /** What is set as its period, where that is not {@link #period}: its reports come each second, and late. */
        int late;

        boolean silent;
        boolean missed;

        /** This look told its size alone: libvirt was busy with it. */
        boolean skipped;

        /** It has no balloon driver, and never had. */
        boolean driverless;

        /** It says that it has nothing left, whatever it has. */
        boolean liar;

        /** What it has never touched is not there of it. */
        long untouched;

        boolean hugePages;
        final List<String> limits = new ArrayList<>();
        boolean limitsKnown = true;
        long startedAt = -1;
        GuestSetup.Kept kept = GuestSetup.Kept.NOTHING;
        private GuestSetup setup = GuestSetup.PLAIN;

        /** What is proposed for it is not carried out. */
        boolean refused;

        /** What is ordered while nothing is on its way does not reach it. */
        boolean deaf;

        String obstacle = "";
        Wishes wishes = Wishes.IN;

        Guest(String id, long maximum, long actual, long need) {
            this.id = id;
            this.maximum = maximum;
            this.actual = actual;
            this.target = actual;
            this.need = need;
        }

        void report(long second) {
            if (period > 0 && second % period != 0) {
                return;
            }
            reports.addLast(new Report(usable(), need, swapped, faults, lastUpdate));
            while (reports.size() > lag + 1) {
                reports.removeFirst();
            }
        }

        /** The newest that the host has. */
        Report told() {
            if (reports.isEmpty()) {
                reports.addLast(new Report(usable(), need, swapped, faults, lastUpdate));
            }
            return reports.element();
        }

        private long usable() {
            return liar ? 0 : Math.max(0, actual - need);
        }

        long resident() {
            return hugePages ? 0 : Math.max(0, actual - untouched);
        }

        @Override
        public String toString() {
            return "%n%s of %,d: has %,d of %,d, needs %,d, missed %s, deaf %s, refused %s %s"
                    .formatted(id, maximum, actual, target, need, missed, deaf, refused, obstacle);
        }

        GuestSample sample() {
            Report told = told();
            if (skipped) {
                return new GuestSample(id, id, actual, maximum, -1, -1, -1, -1, -1, -1, -1, 0, "busy", wishes, setup());
            }
            return new GuestSample(
                    id,
                    id,
                    actual,
                    maximum,
                    driverless ? GuestSample.MISSING : told.usable(),
                    caches,
                    resident(),
                    GuestSample.MISSING,
                    driverless ? GuestSample.MISSING : told.swapped(),
                    0,
                    driverless ? GuestSample.MISSING : told.faults(),
                    driverless ? 0 : told.lastUpdate(),
                    obstacle,
                    wishes,
                    setup());
        }

        /** A new one only when something has changed. */
        private GuestSetup setup() {
            boolean same = setup.limits().known() == limitsKnown
                    && setup.limits().names().equals(limits)
                    && setup.statsPeriod() == 1_000L * Math.max(late, period)
                    && setup.hugePages() == hugePages
                    && setup.start().at() == startedAt
                    && setup.start().kept().equals(kept);
            if (!same) {
                setup = new GuestSetup(
                        new GuestSetup.Limits(limitsKnown, limits),
                        1_000L * Math.max(late, period),
                        hugePages,
                        new GuestSetup.Start(startedAt, kept));
            }
            return setup;
        }
    }

    /** A bound that guests live in, and what others use of it. */
    static final class Limit {
        long bytes;
        long others;
        HostSample.Heat heat = HostSample.Heat.COOL;

        Limit(long bytes, long others) {
            this.bytes = bytes;
            this.others = others;
        }
    }

    final List<Guest> guests = new ArrayList<>();
    final Map<String, Limit> limits = new LinkedHashMap<>();
    final long total;
    long second = 1_000;
    long wallAhead = 1_700_000_000;
    HostSample.Heat heat = HostSample.Heat.COOL;
    HostSample.Stall stall = HostSample.Stall.NONE;

    /** Of {@code total}, in pools of huge pages; with it the guests there that live in them. */
    long pool;

    /** What KSM saves. */
    long merged;

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
            if (!each.silent) {
                each.report(second);
            }
        }
        Verdict verdict = MemoryPolicy.decide(state, sight(), settings);
        state = verdict.state();
        for (Command command : verdict.commands()) {
            Guest guest = guest(command.guest());
            if (!guest.refused) {
                state = state.ordered(command, second * 1_000);
                guest.ordered = command.target();
                boolean lost = guest.deaf && guest.target == guest.actual;
                guest.target = lost ? guest.target : command.target();
            }
        }
        return verdict;
    }

    Guest guest(String id) {
        for (Guest each : guests) {
            if (each.id.equals(id)) {
                return each;
            }
        }
        throw new IllegalArgumentException(id);
    }

    List<Command> ticks(int count) {
        List<Command> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.addAll(tick().commands());
        }
        return all;
    }

    Sight sight() {
        long resident = 0;
        List<GuestSample> seen = new ArrayList<>(guests.size());
        for (Guest each : guests) {
            resident += each.resident();
            if (!each.missed) {
                seen.add(each.sample());
            }
        }
        long available = total - pool - resident + merged;
        List<SharedLimit> bounds = new ArrayList<>();
        limits.forEach((name, limit) -> bounds.add(new SharedLimit(name, limit.bytes, used(name), limit.heat)));
        return new Sight(
                new Moment("boot", Duration.ofSeconds(second), Instant.ofEpochSecond(second + wallAhead)),
                new HostSample(total, available, heat, stall, new HostSample.Apart(pool, merged)),
                bounds,
                seen);
    }

    /** What is charged within a limit. */
    long used(String name) {
        long used = limits.containsKey(name) ? limits.get(name).others : 0;
        for (Guest each : guests) {
            used += each.limits.contains(name) ? each.resident() + QEMU : 0;
        }
        return used;
    }

    /** What would be charged there if everybody touched all that it has or was promised. */
    long promised(String name) {
        long promised = limits.containsKey(name) ? limits.get(name).others : 0;
        for (Guest each : guests) {
            promised += each.limits.contains(name) ? promised(each) + QEMU : 0;
        }
        return promised;
    }

    private long promised(Guest guest) {
        GuestState known = state.guests().get(guest.id);
        long counted = known == null ? 0 : known.course().target();
        return guest.hugePages ? 0 : Math.max(counted, Math.max(guest.actual, guest.target));
    }

    /** What would be charged there if everybody touched all that it has or its balloon is on its way to. */
    long held(String name) {
        long held = limits.containsKey(name) ? limits.get(name).others : 0;
        for (Guest each : guests) {
            held += each.limits.contains(name) && !each.hugePages ? Math.max(each.actual, each.target) : 0;
            held += each.limits.contains(name) ? QEMU : 0;
        }
        return held;
    }

    long held() {
        long held = 0;
        for (Guest each : guests) {
            held += each.hugePages ? 0 : Math.max(each.actual, each.target);
        }
        return held;
    }

    /** What is held, and what the policy still counts as promised though the order was lost or overtaken. */
    long promised() {
        long promised = 0;
        for (Guest each : guests) {
            promised += promised(each);
        }
        return promised;
    }
}
