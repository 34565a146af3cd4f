package dev.watchdog.guests;

import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is shown of each guest: the last look in words, and what was last done. Safe from any thread. */
final class Inventory {
    static final List<String> COLUMNS = List.of("need", "has", "floor", "ceiling", "why");
    static final List<String> FURTHER = List.of("headroom", "trend", "last action", "hypervisor");

    private final HostClock clock;
    private final Map<UUID, Ordered> orders = new ConcurrentHashMap<>();
    private final Set<String> doubles = new HashSet<>();
    private volatile List<WatchedSubject> last = List.of();

    private record Ordered(Command order, Duration at) {}

    Inventory(HostClock clock) {
        this.clock = clock;
    }

    void take(Round round) {
        orders.keySet().removeIf(round::gone);
        List<WatchedSubject> all = new ArrayList<>(round.guests().size());
        round.guests().values().stream()
                .sorted(Comparator.comparing(SeenGuest::name).thenComparing(SeenGuest::id))
                .forEach(guest -> {
                    GuestFinding found = round.findings().get(guest.id());
                    if (found != null) {
                        all.add(line(guest, found, round.command(guest.id())));
                    }
                });
        last = List.copyOf(all);
    }

    void ordered(UUID guest, Command order) {
        orders.put(guest, new Ordered(order, clock.now().sinceBoot()));
    }

    List<WatchedSubject> subjects() {
        return last;
    }

    int size() {
        return last.size();
    }

    /** True the first time that this guest of this hypervisor is asked about. */
    synchronized boolean isNews(SeenGuest guest) {
        return doubles.size() < 1_000 && doubles.add(guest.source() + guest.id());
    }

    private WatchedSubject line(SeenGuest guest, GuestFinding found, @Nullable Command wanted) {
        // what was true when it last reported is no need of now
        boolean known = defect(found).isEmpty() && !found.stale() && found.need() >= 0;
        boolean bounded = defect(found).isEmpty() && found.need() >= 0;
        Map<String, String> details = new LinkedHashMap<>();
        details.put("need", known ? Amount.of(found.need()) : "?");
        details.put("has", guest.sample().actual() < 0 ? "?" : Amount.of(found.actual()));
        details.put("floor", bounded ? Amount.of(found.floor()) : "?");
        details.put("ceiling", Amount.of(found.ceiling()));
        details.put("headroom", known ? Amount.of(found.actual() - found.need()) : "?");
        details.put("trend", known ? Amount.signed(found.trend()) + "/min" : "?");
        details.put("last action", lastAction(guest));
        details.put("why", why(guest, found, wanted));
        details.put("hypervisor", guest.source());
        if (known) {
            details.put("needBytes", Long.toString(found.need()));
            details.put("hasBytes", Long.toString(found.actual()));
            details.put("floorBytes", Long.toString(found.floor()));
            details.put("trendBytesPerMinute", Long.toString(found.trend()));
        }
        details.put("ceilingBytes", Long.toString(found.ceiling()));
        return new WatchedSubject(Kinds.subject(guest.id()), guest.name(), state(guest, found), details);
    }

    /** Why nothing is known of it or done with it; not that one look skipped it. */
    private static String defect(GuestFinding found) {
        return found.unmanageable().equals(SeenGuest.SKIPPED) ? "" : found.unmanageable();
    }

    private static String state(SeenGuest guest, GuestFinding found) {
        if (!defect(found).isEmpty() || found.stale()) {
            return guest.isLeftAlone() ? "left-alone" : "unknown";
        }
        return found.bounds().shortness() != Pressure.GREEN || found.stuck() ? "faulty" : "healthy";
    }

    private String lastAction(SeenGuest guest) {
        Ordered ordered = orders.get(guest.id());
        if (ordered == null) {
            return "-";
        }
        long seconds = clock.now().sinceBoot().minus(ordered.at()).toSeconds();
        String verb = switch (ordered.order().kind()) {
            case GROW -> "grown to ";
            case SHRINK -> "shrunk to ";
            case CANCEL -> "settled at ";
            case ROLL_BACK -> "given back ";
        };
        return verb + Amount.of(ordered.order().target()) + " " + ago(seconds) + " ago: "
                + ordered.order().why();
    }

    private static String ago(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }

    private static String why(SeenGuest guest, GuestFinding found, @Nullable Command wanted) {
        if (!defect(found).isEmpty()) {
            return found.unmanageable();
        }
        if (wanted != null) {
            return "wanted: " + Amount.of(wanted.target()) + ", " + wanted.why();
        }
        if (!guest.sample().wishes().problem().isEmpty()) {
            return guest.sample().wishes().problem();
        }
        if (!found.untouchable().isEmpty() && !found.untouchable().equals(SeenGuest.SKIPPED)) {
            return found.untouchable();
        }
        return found.bounds().period() > 0
                ? ReportFindings.slowly(guest, found.bounds().period())
                : guest.description().hint();
    }
}
