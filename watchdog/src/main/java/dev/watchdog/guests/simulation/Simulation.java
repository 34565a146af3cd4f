package dev.watchdog.guests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Replays a trace under one policy in virtual time, in steps of a tenth of a second. */
public final class Simulation {
    private static final double STEP = 0.1;
    private static final double GIB = 1024;

    private static final Map<String, Function<Setting, Rule>> RULES = Map.of(
            "watchdog", setting -> new Ours(setting),
            "none", setting -> new OtherRules.None(),
            "static", setting -> new OtherRules.Fixed(),
            "mom", setting -> new OtherRules.Mom(setting.host(), setting.lag()),
            "proxmox", setting -> new OtherRules.Proxmox(setting.host()),
            "clairvoyant", setting -> new Clairvoyant(setting.host()));

    /** In the order of a table; ours first. */
    public static final List<String> POLICIES = List.of("watchdog", "none", "static", "mom", "proxmox", "clairvoyant");

    private Simulation() {}

    /**
     * Runs it.
     *
     * @throws IllegalArgumentException when no policy has that name
     */
    public static Outcome run(Trace trace, String policy, Setting setting) {
        Function<Setting, Rule> made = RULES.get(policy);
        if (made == null) {
            throw new IllegalArgumentException(
                    "no policy is called " + policy + ": there are " + String.join(", ", POLICIES));
        }
        return run(trace, policy, setting, made.apply(setting));
    }

    static Outcome run(Trace trace, String policy, Setting setting, Rule rule) {
        List<Machine> machines = new ArrayList<>();
        List<Outcome.Order> orders = new ArrayList<>();
        int count = trace.guests().size();
        double begin = trace.begin();
        double start = rule.start(setting.host(), setting.maximum(), count);
        for (Trace.Series guest : trace.guests()) {
            machines.add(new Machine(
                    guest, setting.maximum(), start, setting.scenario().role(guest.name())));
            orders.add(new Outcome.Order(begin, guest.name(), start, start));
        }
        OomKiller killer = new OomKiller(setting.scenario(), machines);
        double over = 0;
        int[] rows = new int[count];
        long steps = Math.round((trace.end() - begin) / STEP);
        long ticks = Math.max(1, Math.round(setting.tick() / STEP));
        for (long step = 0; step < steps; step++) {
            double time = begin + step * STEP;
            for (int i = 0; i < count; i++) {
                rows[i] = use(machines.get(i), rows[i], time);
                reboot(machines.get(i), time);
            }
            if (step % ticks == 0) {
                rule.tick(time, machines, (machine, target) -> {
                    machine.target = Math.max(0, Math.min(setting.maximum(), target));
                    orders.add(new Outcome.Order(time, machine.series.name(), machine.target, machine.actual));
                });
            }
            double resident = 0;
            for (Machine each : machines) {
                each.pass(STEP);
                resident += each.role.hugePages() ? 0 : each.resident;
            }
            killer.hold(time);
            over += Math.max(0, resident - setting.host()) * STEP;
        }
        return new Outcome(
                policy,
                machines.stream().mapToDouble(each -> each.deficit).sum() / GIB,
                over / GIB,
                machines.stream().mapToDouble(each -> each.swappedOut).sum(),
                orders.size() - count,
                rule instanceof Ours ours ? ours.violations() : 0,
                killer.killed(),
                orders);
    }

    private static void reboot(Machine machine, double time) {
        for (double each : machine.role.reboots()) {
            if (each > time - STEP / 2 && each <= time + STEP / 2) {
                machine.reboot(time);
            }
        }
    }

    /** {@code next}: the first row that has not begun yet. */
    private static int use(Machine machine, int next, double time) {
        Trace.Series series = machine.series;
        int row = next;
        while (row < series.seconds().length && series.seconds()[row] <= time + STEP / 10) {
            machine.use(series.demand()[row], series.cache()[row]);
            row++;
        }
        return row;
    }

    /** The deficit, GiB·s, that no policy can avoid: what all need at once beyond the host. */
    public static double unavoidable(Trace trace, Setting setting) {
        double sum = 0;
        for (double time = trace.begin(); time < trace.end(); time++) {
            double needed = 0;
            for (Trace.Series guest : trace.guests()) {
                needed += Math.min(setting.maximum(), guest.demand(time));
            }
            sum += Math.max(0, needed - setting.host());
        }
        return sum / GIB;
    }
}
