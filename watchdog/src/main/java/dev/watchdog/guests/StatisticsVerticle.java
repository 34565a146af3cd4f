package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import dev.watchdog.libvirt.Hypervisor;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** Has balloon drivers report where nobody asked them to. A period that somebody has set is never changed. */
final class StatisticsVerticle extends VerticleBase {
    private final GuestsRuntime room;

    StatisticsVerticle(GuestsRuntime room) {
        this.room = room;
    }

    @Override
    public Future<?> start() {
        return room.bus().remedy(Kinds.ARM.name(), this::carryOut).completion();
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
                    .map(each -> arm(each, seen, begun))
                    .orElseGet(() -> Future.succeededFuture(new Outcome.Undone("its hypervisor has gone")));
        });
    }

    private Future<Outcome> arm(Hypervisor hypervisor, SeenGuest guest, Duration begun) {
        return period(hypervisor, guest).compose(before -> {
            if (before != 0) {
                return Future.succeededFuture(new Outcome.Unneeded("it reports every " + before + " s already"));
            }
            int seconds = (int) room.settings().tick().toSeconds();
            return Future.fromCompletionStage(hypervisor.setStatsPeriod(guest.id(), seconds), context)
                    .compose(done -> period(hypervisor, guest))
                    .map(after -> after == seconds
                            ? armed(guest, seconds, begun)
                            : new Outcome.Failed("libvirt took the period and says " + after + " s"));
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
