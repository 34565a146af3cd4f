package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.GuestsSettings.StatsPeriod;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import dev.watchdog.libvirt.Hypervisor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Has balloon drivers report where nobody asks them to, or nobody does any more. A period that somebody has set stays,
 * unless the operator lets it be shortened.
 */
final class StatisticsVerticle extends VerticleBase {
    /** A driver answers QEMU's question within a second, and QEMU asks as soon as it is told to. */
    private static final long FIRST_REPORT_MILLIS = 8_000;

    private final GuestsRuntime room;

    /** Guests whose next report is waited for. */
    private final Map<UUID, Awaited> awaited = new HashMap<>();

    private record Awaited(long lastUpdate, Promise<Boolean> reported) {}

    StatisticsVerticle(GuestsRuntime room) {
        this.room = room;
    }

    @Override
    public Future<?> start() {
        Context here = context;
        room.rounds("statistics", round -> here.runOnContext(nothing -> take(round)));
        return room.bus().remedy(Kinds.ARM.name(), this::carryOut).completion();
    }

    private void take(Round round) {
        // who is told takes itself out at once
        Map.copyOf(awaited).forEach((guest, each) -> {
            SeenGuest seen = round.guests().get(guest);
            if (seen != null && seen.sample().lastUpdate() != each.lastUpdate()) {
                each.reported().tryComplete(true);
            }
        });
    }

    private Future<? extends Outcome> carryOut(Action action) {
        UUID guest = UUID.fromString(action.subject().id());
        Duration begun = room.clock().now().sinceBoot();
        return room.look(context).compose(round -> {
            SeenGuest seen = round.guests().get(guest);
            if (seen == null) {
                return Future.succeededFuture(new Outcome.Gone("the guest does not run any more"));
            }
            return room.hypervisor(seen.source())
                    .map(each -> arm(each, seen, action, begun))
                    .orElseGet(() -> Future.succeededFuture(new Outcome.Undone("its hypervisor has gone")));
        });
    }

    private Future<Outcome> arm(Hypervisor hypervisor, SeenGuest guest, Action action, Duration begun) {
        boolean again = Boolean.TRUE.equals(action.plan().facts().get(ReportFindings.AGAIN));
        int tick = (int) room.settings().tick().toSeconds();
        return period(hypervisor, guest).compose(before -> {
            boolean shorten = room.settings().period() == StatsPeriod.SHORTEN && before > tick;
            if (guest.sample().wishes().optedOut() || !(before == 0 || shorten || again)) {
                return Future.succeededFuture(new Outcome.Unneeded("it reports every " + before + " s already"));
            }
            int seconds = before == 0 || shorten ? tick : before;
            return Future.fromCompletionStage(hypervisor.setStatsPeriod(guest.id(), seconds), context)
                    .compose(done -> period(hypervisor, guest))
                    .compose(after -> after == seconds
                            ? verified(guest, seconds, again && before == seconds, begun)
                            : Future.succeededFuture(
                                    new Outcome.Failed("libvirt took the period and says " + after + " s")));
        });
    }

    /** libvirt says the same before and after when it was QEMU's timer that was stopped: only a report proves it. */
    private Future<Outcome> verified(SeenGuest guest, int seconds, boolean byReport, Duration begun) {
        if (!byReport) {
            return Future.succeededFuture(armed(guest, seconds, begun));
        }
        Promise<Boolean> reported = Promise.promise();
        awaited.put(guest.id(), new Awaited(guest.sample().lastUpdate(), reported));
        long late = vertx.setTimer(FIRST_REPORT_MILLIS, timer -> reported.tryComplete(false));
        return reported.future().map(yes -> {
            awaited.remove(guest.id());
            vertx.cancelTimer(late);
            return yes ? armed(guest, seconds, begun) : new Outcome.Failed("its driver was asked and does not report");
        });
    }

    private Outcome armed(SeenGuest guest, int seconds, Duration begun) {
        Duration now = room.clock().now().sinceBoot();
        return new Outcome.Succeeded(
                Evidence.of(guest.name() + " reports every " + seconds + " s").with("periodSeconds", seconds),
                Map.of("armed", now.minus(begun).toNanos() / 1_000),
                now);
    }

    /** As its XML says now, which is remembered. */
    private Future<Integer> period(Hypervisor hypervisor, SeenGuest guest) {
        return Future.fromCompletionStage(hypervisor.xml(guest.id()), context).map(xml -> {
            GuestDescription description = GuestDescription.of(xml);
            room.learn(guest, description);
            return description.statsPeriod();
        });
    }
}
