package dev.watchdog.guests.policy;

import dev.watchdog.guests.policy.HostSample.Heat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What guests may have within each bound: on the host what is neither its own use nor its reserve, in a limit what is
 * neither used by others in it nor QEMU's own. The closest bounds come first, the host last.
 */
final class Budgets {
    private Budgets() {}

    static List<Budget> of(Sight sight, List<Outlook> guests, PolicySettings settings) {
        Map<String, List<Outlook>> members = new HashMap<>();
        for (Outlook guest : guests) {
            guest.sample
                    .setup()
                    .limits()
                    .names()
                    .forEach(name -> members.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(guest));
        }
        List<Budget> budgets = new ArrayList<>();
        for (SharedLimit limit : sight.limits()) {
            List<Outlook> within = members.remove(limit.name());
            if (within != null) {
                budgets.add(of(limit, within));
            }
        }
        members.values().forEach(within -> within.forEach(guest -> guest.unbounded = true));
        budgets.sort((one, other) -> Integer.compare(one.members.size(), other.members.size()));
        Budget host = new Budget("", host(sight.host(), guests, settings), heat(sight.host()), guests);
        budgets.forEach(Budget::open);
        host.open();
        budgets.add(host);
        return budgets;
    }

    private static Budget of(SharedLimit limit, List<Outlook> within) {
        long resident = 0;
        long overhead = 0;
        for (Outlook guest : within) {
            Seen seen = guest.state.seen();
            resident += seen.residentRam();
            long usual = Limits.QEMU_OVERHEAD + guest.sample.maximum() / Limits.PAGE_TABLES_PART;
            overhead += Math.max(usual, seen.overhead());
        }
        long others = Math.max(limit.used() - resident, overhead);
        long bytes = limit.limit() - others - limit.limit() / Limits.LIMIT_MARGIN_PART;
        boolean isShort = limit.limit() - limit.used() < limit.limit() / Limits.SHORT_PART;
        Budget budget = new Budget(limit.name(), bytes, isShort ? limit.heat() : Heat.COOL, within);
        within.forEach(guest -> guest.bound(budget));
        return budget;
    }

    /** QEMU's overhead is the host's own use. What KSM has merged is in use again as soon as somebody writes. */
    private static long host(HostSample host, List<Outlook> guests, PolicySettings settings) {
        long resident = 0;
        for (Outlook guest : guests) {
            resident += guest.state.seen().residentRam();
        }
        long shared = host.total() - host.apart().hugePages();
        long once = Math.max(0, resident - host.apart().merged());
        long others = Math.max(0, shared - host.available() - once);
        return shared - others - settings.hostReserve();
    }

    /** Who waits for memory on a host that has enough waits for something else: a limit of its own, a slow disk. */
    static Heat heat(HostSample host) {
        Heat level = host.heat();
        Heat stall = host.stall().heat();
        return level == Heat.COOL || level.compareTo(stall) > 0 ? level : stall;
    }

    /** Whose waiting it is that counts for nothing; empty when nobody waits, or it counts. */
    static String foreign(HostSample host) {
        if (host.heat() != Heat.COOL || host.stall().heat() == Heat.COOL) {
            return "";
        }
        String whose =
                host.stall().whose().isEmpty() ? "" : " in " + host.stall().whose();
        return "memory is waited for" + whose + " though the host has " + Amount.of(host.available())
                + " available: nothing is taken from guests for it";
    }
}
