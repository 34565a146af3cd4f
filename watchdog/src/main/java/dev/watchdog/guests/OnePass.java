package dev.watchdog.guests;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.libvirt.LibvirtException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One pass over every guest of every hypervisor, for {@code watchdog check}: nothing is followed and nothing done. */
final class OnePass {
    private final GuestsRuntime room;

    OnePass(GuestsRuntime room) {
        this.room = room;
    }

    /** Two looks: who is seen for the first time has not shown how fresh its numbers are. */
    CompletableFuture<List<Finding>> run() {
        Executor later =
                CompletableFuture.delayedExecutor(room.settings().tick().toMillis(), TimeUnit.MILLISECONDS);
        return look().thenCompose(first -> first.isEmpty()
                ? CompletableFuture.completedFuture(first)
                : CompletableFuture.<Void>supplyAsync(() -> null, later).thenCompose(waited -> look()));
    }

    private CompletableFuture<List<Finding>> look() {
        List<Finding> blind = new ArrayList<>();
        Map<UUID, SeenGuest> guests = new HashMap<>();
        List<CompletableFuture<Void>> looks = room.sources().stream()
                .map(source -> source.lookWhole().handle((seen, failure) -> take(source, seen, failure, guests, blind)))
                .toList();
        return CompletableFuture.allOf(looks.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> findings(guests, blind));
    }

    private Void take(
            GuestSource source,
            List<SeenGuest> seen,
            Throwable failure,
            Map<UUID, SeenGuest> guests,
            List<Finding> blind) {
        synchronized (blind) {
            if (failure == null) {
                room.report(SourceReport.connected(source.name(), seen.size()));
                seen.forEach(each -> room.add(guests, each));
                return null;
            }
            room.report(source, GuestSource.cause(failure));
            if (!(room.mayBeAbsent(source) && isAbsence(GuestSource.cause(failure)))) {
                String why = source.name() + ": " + GuestSource.cause(failure).getMessage();
                blind.add(new Finding.Unknown(
                        Subject.HOST, Kinds.PRESSURE.name(), why, room.clock().now()));
            }
            return null;
        }
    }

    static boolean isAbsence(Throwable failure) {
        return failure instanceof LibvirtException why
                && (why.reason() == Reason.ABSENT || why.reason() == Reason.MISSING);
    }

    private List<Finding> findings(Map<UUID, SeenGuest> guests, List<Finding> blind) {
        if (guests.isEmpty()) {
            return List.copyOf(blind);
        }
        try {
            return see(guests, blind);
        } catch (IOException e) {
            blind.add(new Finding.Unknown(
                    Subject.HOST,
                    Kinds.HOST.name(),
                    String.valueOf(e.getMessage()),
                    room.clock().now()));
            return List.copyOf(blind);
        }
    }

    private List<Finding> see(Map<UUID, SeenGuest> guests, List<Finding> blind) throws IOException {
        Round round = room.judge(guests.values(), Set.of());
        room.publish(round);
        List<Finding> found = new ArrayList<>(blind);
        found.addAll(new Findings(room.settings()).of(round));
        return found;
    }
}
