package dev.watchdog.guests;

import dev.watchdog.events.Evidence;
import dev.watchdog.guests.policy.Amount;
import dev.watchdog.guests.policy.Command;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Outcome;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the healer decided about a guest's memory: looks once more, gives the target, and follows it look by
 * look until it is reached. A target that is not reached does not stay: what the guest has becomes its target, because a
 * balloon driver chases an unmet one for ever (facts, 1.4). On an event loop; nothing here blocks.
 */
final class MoveVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MoveVerticle.class);

    /** Before the action's own deadline, so that the target is put right within it. */
    private static final Duration LAST = Duration.ofSeconds(5);

    private static final long STOP_MILLIS = 2_000;

    private final GuestsRuntime room;
    private final Map<UUID, Following> following = new HashMap<>();
    private @Nullable Round newest;
    private final Recoveries recoveries;

    private record Following(Action action, Move move, Promise<Outcome> outcome) {}

    MoveVerticle(GuestsRuntime room) {
        this.room = room;
        this.recoveries = new Recoveries(room, () -> context);
    }

    @Override
    public Future<?> start() {
        List<Future<?>> registered = new ArrayList<>();
        for (ActionKind kind : Kinds.MOVES) {
            registered.add(room.bus().remedy(kind.name(), this::carryOut).completion());
            registered.add(room.bus().recover(kind.name(), recoveries::add).completion());
        }
        var here = context;
        room.rounds("moves", round -> here.runOnContext(nothing -> take(round)));
        return Future.join(registered);
    }

    /** Whatever is on its way ends where it is, but for what a guest that boots is to find. */
    @Override
    public Future<?> stop() {
        List<Future<?>> ends = new ArrayList<>();
        for (Following each : List.copyOf(following.values())) {
            ends.add(room.look(context)
                    .compose(round -> {
                        SeenGuest seen = round.guests().get(each.move().guest());
                        return seen == null || each.move().isAwaited(seen, round.at())
                                ? Future.succeededFuture()
                                : end(each, stopped(seen.sample().actual()));
                    })
                    .otherwiseEmpty());
        }
        Promise<Void> late = Promise.promise();
        vertx.setTimer(STOP_MILLIS, timer -> late.tryComplete());
        return Future.any(Future.join(ends), late.future()).otherwiseEmpty();
    }

    /** What is still being taken when the agent is about to stop ends where it is. */
    private static Move.Progress leaving(Move move, Round round) {
        SeenGuest seen = round.guests().get(move.guest());
        boolean shrinks = move.order().target() < move.order().actual();
        return shrinks && seen != null ? stopped(seen.sample().actual()) : move.progress(round);
    }

    private static Move.Progress.Ends stopped(long actual) {
        return new Move.Progress.Ends(actual, actual, "the agent stops");
    }

    private Future<? extends Outcome> carryOut(Action action) {
        UUID guest = UUID.fromString(action.subject().id());
        if (following.containsKey(guest)) {
            return Future.succeededFuture(new Outcome.Failed("an earlier move of this guest has not ended"));
        }
        room.step(MoveStep.DECIDED, action);
        return room.lookAt(context, guest)
                .compose(round -> ask(action, guest, round))
                .map(outcome -> outcome instanceof Outcome.Gone gone && isAskedFor(action)
                        ? new Outcome.Undone(gone.why())
                        : outcome);
    }

    /** Sees whether it is still wanted, and whether libvirt would do it. */
    private Future<Outcome> ask(Action action, UUID guest, Round round) {
        SeenGuest seen = round.guests().get(guest);
        if (seen == null || wanted(round, seen, action) == null) {
            return Future.succeededFuture(unwanted(round, guest, action));
        }
        return room.busy(context, seen)
                .compose(
                        busy -> busy
                                ? Future.succeededFuture(new Outcome.Undone(SeenGuest.BUSY + ": put off"))
                                : begin(action, guest, later(round)),
                        failure -> Future.succeededFuture(new Outcome.Failed(String.valueOf(failure.getMessage()))));
    }

    private static Outcome unwanted(Round round, UUID guest, Action action) {
        if (round.guests().containsKey(guest)) {
            return unwanted(action, "a fresh look says otherwise");
        }
        return round.gone(guest)
                ? new Outcome.Gone("the guest does not run any more")
                : new Outcome.Undone("its hypervisor does not answer");
    }

    /** What was seen while libvirt was asked counts. */
    private Round later(Round round) {
        Round last = newest;
        return last != null && last.at().sinceBoot().compareTo(round.at().sinceBoot()) > 0 ? last : round;
    }

    private Future<Outcome> begin(Action action, UUID guest, Round round) {
        SeenGuest seen = round.guests().get(guest);
        Command order = wanted(round, seen, action);
        if (seen == null || order == null) {
            return Future.succeededFuture(unwanted(round, guest, action));
        }
        room.step(MoveStep.LOOKED, action);
        Moment now = room.clock().now();
        if (!room.policing().spend(order)) {
            return Future.succeededFuture(unwanted(action, "the memory was given to another guest meanwhile"));
        }
        // before it is given: a look that comes meanwhile must not spend it again
        room.policing().ordered(order, now.sinceBoot().toMillis());
        if (isAskedFor(action)) {
            room.policing().resizedByHand(order.guest(), now.sinceBoot().toMillis());
        }
        Following mine = new Following(
                action,
                new Move(
                        guest,
                        seen.source(),
                        seen.name(),
                        order,
                        now.sinceBoot(),
                        action.deadline().minus(LAST),
                        isAskedFor(action)),
                Promise.promise());
        following.put(guest, mine);
        room.moves(guest, true);
        room.told(guest, order);
        room.step(MoveStep.ORDERED, action);
        return room.set(context, seen.source(), guest, order.target())
                .compose(done -> {
                    room.step(MoveStep.SET, action);
                    return mine.outcome().future();
                })
                .recover(failure -> Future.succeededFuture(refused(mine, failure)))
                .onComplete(done -> {
                    following.remove(guest, mine);
                    room.moves(guest, false);
                });
    }

    private static boolean isAskedFor(Action action) {
        return action.faultKind().equals(Kinds.ORDERED.name());
    }

    private static @Nullable Command wanted(Round round, @Nullable SeenGuest guest, Action action) {
        if (guest == null) {
            return null;
        }
        return isAskedFor(action)
                ? MemoryOrder.again(round, guest, MemoryPlan.from(action.plan()))
                : bounded(round.command(guest.id()), action);
    }

    /** What is not wanted any more is over; what somebody asked for did not work. */
    private static Outcome unwanted(Action action, String why) {
        return isAskedFor(action) ? new Outcome.Undone(why) : new Outcome.Unneeded(why);
    }

    /** What the policy wants now, and no more of it than was journalled; null when it is another kind of thing. */
    private static @Nullable Command bounded(@Nullable Command fresh, Action action) {
        if (fresh == null || !MemoryPlan.kind(fresh).name().equals(action.kind())) {
            return null;
        }
        long planned = MemoryPlan.from(action.plan()).to();
        boolean shrinks = fresh.target() < fresh.actual();
        long target = fresh.kind() == Command.Kind.CANCEL
                ? fresh.target()
                : shrinks ? Math.max(planned, fresh.target()) : Math.min(planned, fresh.target());
        boolean moves = shrinks ? target < fresh.actual() : target > fresh.actual();
        return moves || fresh.kind() == Command.Kind.CANCEL
                ? new Command(fresh.guest(), fresh.kind(), target, fresh.actual(), fresh.why())
                : null;
    }

    /** The target was not given, or nobody knows: what the guest has is its target again, at the latest when it answers. */
    private Outcome refused(Following mine, Throwable failure) {
        Command order = mine.move().order();
        boolean unknown = failure instanceof LibvirtException why && why.reason() == LibvirtException.Reason.TIMEOUT;
        if (!unknown) {
            Command back = new Command(
                    order.guest(), Command.Kind.CANCEL, order.actual(), order.actual(), "it could not be ordered");
            room.policing().ordered(back, room.clock().now().sinceBoot().toMillis());
        }
        return new Outcome.Failed(String.valueOf(failure.getMessage()));
    }

    private void take(Round round) {
        newest = round;
        recoveries.take(round);
        List.copyOf(following.values()).forEach(each -> {
            Move.Progress progress =
                    room.isLeaving() ? leaving(each.move(), round) : each.move().progress(round);
            if (round.at().sinceBoot().compareTo(each.move().begun()) <= 0) {
                return;
            }
            if (progress instanceof Move.Progress.Reached reached) {
                room.step(MoveStep.REACHED, each.action());
                each.outcome().tryComplete(reached(each.move(), reached.actual()));
            } else if (progress instanceof Move.Progress.Gone) {
                each.outcome().tryComplete(new Outcome.Gone("the guest does not run any more"));
            } else if (progress instanceof Move.Progress.Lost) {
                each.outcome()
                        .tryComplete(new Outcome.Failed(
                                "its hypervisor does not answer: its target is judged when it does again"));
            } else if (progress instanceof Move.Progress.Given given) {
                each.outcome().tryComplete(given(each.move(), given.target()));
            } else if (progress instanceof Move.Progress.Restarted) {
                each.outcome().tryComplete(new Outcome.Gone("it was started anew meanwhile"));
            } else if (progress instanceof Move.Progress.Foreign foreign) {
                each.outcome().tryComplete(new Outcome.Undone(foreign.why()));
            } else if (progress instanceof Move.Progress.Ends ends) {
                var unused = end(each, ends);
            }
        });
    }

    private Outcome reached(Move move, long actual) {
        Moment now = room.clock().now();
        Duration took = now.sinceBoot().minus(move.begun());
        Evidence result = Evidence.of(move.name() + " has " + Amount.of(actual) + " now, "
                        + Amount.of(move.order().actual()) + " before")
                .with("fromBytes", move.order().actual())
                .with("toBytes", actual);
        return new Outcome.Succeeded(result, Map.of("moved", took.toNanos() / 1_000), now.sinceBoot());
    }

    private Outcome given(Move move, long target) {
        Moment now = room.clock().now();
        Evidence result = Evidence.of(move.name() + " starts: its balloon driver will find " + Amount.of(target) + ", "
                        + Amount.of(move.order().actual()) + " before")
                .with("fromBytes", move.order().actual())
                .with("toBytes", target);
        return new Outcome.Succeeded(result, Map.of(), now.sinceBoot());
    }

    private Future<?> end(Following each, Move.Progress.Ends ends) {
        if (!following.remove(each.move().guest(), each)) {
            return Future.succeededFuture();
        }
        Move move = each.move();
        Command order = move.order();
        Command wanted = new Command(order.guest(), Command.Kind.CANCEL, ends.target(), ends.actual(), ends.why());
        long target = room.policing().spend(wanted) ? ends.target() : ends.actual();
        Command last = new Command(order.guest(), Command.Kind.CANCEL, target, ends.actual(), ends.why());
        room.told(move.guest(), last);
        return room.set(context, move.source(), move.guest(), target).onComplete(done -> {
            if (done.succeeded()) {
                // else the old target stands, and the policy goes on to hold it for one
                room.policing().ordered(last, room.clock().now().sinceBoot().toMillis());
            }
            String at = done.succeeded()
                    ? "its target is " + Amount.of(target) + " now"
                    : "its target could not be taken back: " + done.cause().getMessage();
            LOG.info("{}: {}; {}", move.name(), ends.why(), at);
            each.outcome().tryComplete(new Outcome.Undone(ends.why() + "; " + at));
        });
    }
}
