package dev.watchdog.guests.policy;

import static dev.watchdog.guests.policy.World.GIB;
import static dev.watchdog.guests.policy.World.MIB;

import dev.watchdog.guests.policy.HostSample.Heat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What must hold on a {@link RandomHost} whatever happens to it; each failure says what is wrong and names the seed. */
final class HostInvariants {
    private static final int SECONDS = 150;

    /** A guest's driver is given so long after its boot. */
    private static final int BOOT = 29;

    /** Seconds for which a guest that has gone may only have been skipped. */
    private static final int LINGERS = 17;

    private final int seed;
    private final RandomHost host;
    private final World world;
    private final Map<String, Integer> unmet = new HashMap<>();
    private final Set<String> ordered = new HashSet<>();

    /** Those who swapped in some life: what they owe makes a need larger than its processes'. */
    private final Set<String> swapped = new HashSet<>();

    private final Map<String, Integer> tightAt = new HashMap<>();
    private int second;
    private Verdict verdict = new Verdict(PolicyState.EMPTY, java.util.List.of(), java.util.List.of(), nothing());

    HostInvariants(int seed) {
        this.seed = seed;
        this.host = new RandomHost(seed);
        this.world = host.world;
    }

    private static HostFinding nothing() {
        return new HostFinding(0, 0, 0, 0, "");
    }

    /** Returns how many commands there were. */
    int live() {
        int commands = 0;
        for (second = 0; second < SECONDS; second++) {
            host.disturb(second);
            long before = world.promised();
            Map<String, Long> within = new HashMap<>();
            world.limits.forEach((name, limit) -> {
                within.put(name, world.promised(name));
                if (world.promised(name) + qemu(name) > limit.bytes - limit.bytes / 64) {
                    tightAt.put(name, second);
                }
            });
            verdict = world.tick();
            commands += verdict.commands().size();
            check(world.held() <= Math.max(world.total, before), "more is held than there is");
            world.limits.forEach((name, limit) -> check(
                    world.held(name) <= Math.max(limit.bytes, within.getOrDefault(name, 0L)),
                    "a limit kills a guest: " + name));
            Map<String, GuestFinding> findings = new HashMap<>();
            verdict.guests().forEach(each -> findings.put(each.guest(), each));
            Set<String> commanded = new HashSet<>();
            for (Command command : verdict.commands()) {
                check(commanded.add(command.guest()), "two commands for one guest");
                GuestFinding finding = findings.get(command.guest());
                check(finding != null, "a command for a guest that was not seen");
                if (finding != null) {
                    judge(command, world.guest(command.guest()), finding);
                    hasCause(command, findings, before);
                }
            }
            world.guests.forEach(each -> {
                stuck(each);
                GuestFinding finding = findings.get(each.id);
                if (finding != null) {
                    need(each, finding);
                }
            });
        }
        return commands;
    }

    private void check(boolean holds, String wrong) {
        if (!holds) {
            throw new AssertionError("seed " + seed + " second " + second + ": " + wrong + " " + verdict.commands()
                    + world.guests + world.limits.keySet());
        }
    }

    private void judge(Command command, World.Guest guest, GuestFinding finding) {
        long target = command.target();
        check(guest.obstacle.isEmpty() && !guest.skipped, "ordered although something speaks against it");
        check(!guest.wishes.optedOut(), "ordered although it has opted out");
        check(!guest.driverless || guest.startedAt >= 0, "ordered without a driver");
        check(target >= 1 && target <= Math.max(guest.actual, guest.maximum), "no size that it can have");
        switch (command.kind()) {
            case SHRINK -> {
                check(guest.wishes.optedIn(), "shrunk without having opted in");
                long age = world.second + world.wallAhead - guest.told().lastUpdate();
                long old = Math.max(5, Math.min(30, Math.max(guest.period, guest.late) * 3 / 2 + 2));
                check(age >= -1 && age <= old, "shrunk on numbers of " + age + " s");
                check(target >= finding.floor(), "below its floor");
                check(
                        target >= guest.told().need() + Math.min(512 * MIB, guest.maximum / 13),
                        "too little left beside its need");
                check(
                        world.second - host.bootedAt.getOrDefault(guest.id, 0L) > BOOT
                                && !host.driverAt.containsKey(guest.id),
                        "shrunk before its boot was over");
            }
            case CANCEL -> {
                check(ordered.contains(guest.id), "cancelled what nobody ordered");
                check(target >= Math.min(guest.actual, finding.floor()), "cancelled below its floor");
            }
            case GROW, ROLL_BACK -> {
                check(target > guest.actual, "grown to less");
                check(guest.limitsKnown, "grown beyond limits that nobody knows");
            }
        }
        if (!guest.refused) {
            ordered.add(guest.id);
        }
    }

    /** Every squeeze has a cause that can be named, and that is there. */
    private void hasCause(Command command, Map<String, GuestFinding> findings, long before) {
        if (command.kind() != Command.Kind.SHRINK) {
            return;
        }
        String why = command.why();
        if (why.endsWith(" is pressed")) {
            String where = why.substring(0, why.length() - " is pressed".length());
            World.Limit limit = world.limits.get(where);
            boolean pressed = limit == null
                    ? where.equals("the host") && world.heat == Heat.HOT
                    : limit.heat == Heat.HOT && world.used(where) >= limit.bytes / 10 * 9 - GIB;
            check(pressed, "nothing presses it: " + why);
        } else if (why.endsWith(" has less than its guests hold")) {
            String where = why.substring(0, why.indexOf(" has less"));
            World.Limit limit = world.limits.get(where);
            boolean less = limit == null
                    ? before > world.total - GIB / 4
                            || verdict.host().granted() > verdict.host().budget()
                    : second - tightAt.getOrDefault(where, -LINGERS) < LINGERS;
            check(less, "it has enough: " + why);
        } else {
            String asking = why.substring(why.indexOf(": ") + 2, why.lastIndexOf(": "));
            check(findings.containsKey(asking), "nobody asks: " + why);
            GuestFinding finding = Objects.requireNonNull(findings.get(asking));
            World.Guest guest = world.guest(asking);
            check(guest.wishes.optedIn() && !asking.equals(command.guest()), "not for it: " + why);
            boolean starts = guest.startedAt >= 0 || host.bootedAt.containsKey(asking);
            switch (why.substring(why.lastIndexOf(": ") + 2)) {
                case "it is short of memory" ->
                    check(finding.bounds().shortness() != Pressure.GREEN, "not short: " + why);
                case "it will be short of memory" -> check(finding.pressure() != Pressure.GREEN, "no climb: " + why);
                case "it is starting" -> check(starts, "not starting: " + why);
                case "the last shrink left it too little" -> check(ordered.contains(asking), "never shrunk: " + why);
                case "it bursts and has little ready" ->
                    check(finding.actual() - finding.need() < 8 * GIB, "it has enough ready: " + why);
                default -> check(false, "no cause: " + why);
            }
        }
    }

    /** What is left to the QEMUs within a limit beyond what they use here. */
    private long qemu(String limit) {
        return world.guests.stream()
                .filter(each -> each.limits.contains(limit))
                .mapToLong(each -> Limits.QEMU_OVERHEAD + each.maximum / Limits.PAGE_TABLES_PART - World.QEMU)
                .sum();
    }

    /** A fault has a need that numbers show. */
    private void need(World.Guest guest, GuestFinding finding) {
        if (guest.swapped > 0) {
            swapped.add(guest.id);
        }
        if (finding.bounds().shortness() == Pressure.GREEN) {
            return;
        }
        check(finding.need() >= 0, "short of nobody knows what: " + guest.id);
        check(
                swapped.contains(guest.id) || finding.actual() - finding.need() <= guest.maximum / 12,
                "short with " + (finding.actual() - finding.need()) + " to spare: " + guest.id);
    }

    private void stuck(World.Guest guest) {
        boolean stuck = guest.health == 0
                && guest.obstacle.isEmpty()
                && !guest.missed
                && !guest.skipped
                && !guest.refused
                && !host.driverAt.containsKey(guest.id)
                && guest.target == guest.ordered
                && Math.abs(guest.actual - guest.target) > 8 * MIB;
        int seconds = stuck ? unmet.getOrDefault(guest.id, 0) + 1 : 0;
        unmet.put(guest.id, seconds);
        check(seconds < 60, "a target that is not reached stays");
    }
}
