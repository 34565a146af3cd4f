package dev.watchdog.guests;

import dev.watchdog.guests.policy.Amount;
import dev.watchdog.healing.Action;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that a killed agent left: what the guest has becomes its target, unless its size says that somebody else has
 * resized it since. Kept until the guest is seen. Confined to one thread.
 */
final class Recoveries {
    private static final Logger LOG = LoggerFactory.getLogger(Recoveries.class);

    /** What an own order explains. */
    private static final long TOLERANCE = 64L << 20;

    private final GuestsRuntime room;
    private final Supplier<Context> here;
    private final Map<UUID, Action> unfinished = new HashMap<>();

    /** @param here where it is called, which is known once its verticle starts */
    Recoveries(GuestsRuntime room, Supplier<Context> here) {
        this.room = room;
        this.here = here;
    }

    void add(Action action) {
        unfinished.put(UUID.fromString(action.subject().id()), action);
        var unused = room.look();
    }

    void take(Round round) {
        unfinished.entrySet().removeIf(each -> {
            SeenGuest seen = round.guests().get(each.getKey());
            if (seen == null || seen.sample().actual() < 0) {
                return round.gone(each.getKey());
            }
            settle(seen, each.getValue());
            return true;
        });
    }

    private void settle(SeenGuest seen, Action action) {
        long actual = seen.sample().actual();
        if (!MemoryPlan.from(action.plan()).explains(actual, TOLERANCE)) {
            LOG.info(
                    "{}: {} was unfinished; somebody else has resized it since, it is left alone",
                    seen.name(),
                    action.id());
            return;
        }
        room.set(here.get(), seen.source(), seen.id(), actual)
                .onSuccess(done -> LOG.info(
                        "{}: {} was unfinished; what it has, {}, is its target now",
                        seen.name(),
                        action.id(),
                        Amount.of(actual)))
                .onFailure(failure -> {
                    LOG.warn(
                            "{}: {} was unfinished and could not be settled: {}",
                            seen.name(),
                            action.id(),
                            failure.getMessage());
                    unfinished.put(seen.id(), action);
                });
    }
}
