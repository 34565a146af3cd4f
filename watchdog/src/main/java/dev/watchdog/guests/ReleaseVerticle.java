package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Gives guests back what was taken from them, those in most need first: looks, orders what the host has free, and looks
 * again at what came of it, until there is nothing left to order and all have it, or its time is up. A target that is not
 * reached by then stays: it is memory that the guest may have. On an event loop.
 */
final class ReleaseVerticle extends VerticleBase {
    /** Less than an agent's stop waits, so that its last answer is still told. */
    private static final Duration TIME = Duration.ofSeconds(8);

    /** Between two looks at what came of it, at most. */
    private static final long PAUSE_MILLIS = 1_000;

    /** A balloon moves whole MiB and rounds. */
    private static final long CLOSE = 4L << 20;

    private final GuestsRuntime room;
    private final List<Promise<Void>> waiting = new ArrayList<>();

    ReleaseVerticle(GuestsRuntime room) {
        this.room = room;
    }

    @Override
    public Future<?> start() {
        Context here = context;
        room.rounds(
                "release",
                round -> here.runOnContext(nothing -> {
                    List<Promise<Void>> now = List.copyOf(waiting);
                    waiting.clear();
                    now.forEach(Promise::tryComplete);
                }));
        return Future.join(
                room.bus().remedy(Kinds.RELEASE.name(), this::carryOut).completion(),
                // each target that was set is the guest's to have: nothing is left to put right
                room.bus().recover(Kinds.RELEASE.name(), action -> {}).completion());
    }

    private Future<? extends Outcome> carryOut(Action action) {
        Duration begun = room.clock().now().sinceBoot();
        return step(action, new Given(begun, new LinkedHashMap<>(), new ArrayList<>()));
    }

    /**
     * What was ordered so far.
     *
     * @param orders the first of each guest and the last target
     * @param failures why some could not be ordered
     */
    private record Given(Duration begun, Map<String, Command> orders, List<String> failures) {
        void order(Command command) {
            Command first = orders.get(command.guest());
            orders.put(
                    command.guest(),
                    first == null
                            ? command
                            : new Command(
                                    command.guest(), command.kind(), command.target(), first.actual(), command.why()));
        }
    }

    private Future<Outcome> step(Action action, Given given) {
        return room.look(context).compose(round -> {
            Set<String> guests = ReleaseOrder.guests(action.plan(), round);
            List<Command> orders = room.policing().release(guests).stream()
                    .filter(each -> !room.isMoving(UUID.fromString(each.guest())))
                    .toList();
            boolean late = room.clock().now().sinceBoot().minus(given.begun()).compareTo(TIME) >= 0;
            if (late || (orders.isEmpty() && arrived(round, given))) {
                return Future.succeededFuture(outcome(round, given));
            }
            return orderAll(round, orders, given).compose(done -> nextLook()).compose(waited -> step(action, given));
        });
    }

    /** One comes each tick, and whenever a balloon has moved; a slow tick is not waited for. */
    private Future<Void> nextLook() {
        Promise<Void> next = Promise.promise();
        waiting.add(next);
        vertx.setTimer(PAUSE_MILLIS, timer -> next.tryComplete());
        return next.future();
    }

    private static boolean arrived(Round round, Given given) {
        return given.orders().values().stream().allMatch(each -> {
            SeenGuest seen = round.guests().get(UUID.fromString(each.guest()));
            return seen == null || seen.sample().actual() >= each.target() - CLOSE;
        });
    }

    private Future<?> orderAll(Round round, List<Command> orders, Given given) {
        Future<?> all = Future.succeededFuture();
        for (Command each : orders) {
            all = all.compose(done -> order(round, each, given));
        }
        return all;
    }

    private Future<Void> order(Round round, Command command, Given given) {
        SeenGuest seen = round.guests().get(UUID.fromString(command.guest()));
        if (seen == null || !room.policing().spend(command)) {
            return Future.succeededFuture();
        }
        room.policing().ordered(command, room.clock().now().sinceBoot().toMillis());
        room.told(seen.id(), command);
        return room.set(context, seen.source(), seen.id(), command.target())
                .onSuccess(done -> given.order(command))
                .recover(failure -> {
                    given.failures().add(seen.name() + ": " + failure.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Outcome outcome(Round round, Given given) {
        Duration now = room.clock().now().sinceBoot();
        List<Command> orders = List.copyOf(given.orders().values());
        if (orders.isEmpty()) {
            return given.failures().isEmpty()
                    ? new Outcome.Undone("the host has nothing free to give back now")
                    : new Outcome.Failed(String.join("; ", given.failures()));
        }
        if (!arrived(round, given) || !given.failures().isEmpty()) {
            String more = given.failures().isEmpty() ? "" : "; " + String.join("; ", given.failures());
            return new Outcome.Failed("asked for " + ReleaseOrder.told(round, orders)
                    + ", which has not all come yet: the targets stay" + more);
        }
        return new Outcome.Succeeded(
                Evidence.of("gave back " + ReleaseOrder.told(round, orders)).with("guests", orders.size()),
                Map.of("released", now.minus(given.begun()).toNanos() / 1_000),
                now);
    }
}
