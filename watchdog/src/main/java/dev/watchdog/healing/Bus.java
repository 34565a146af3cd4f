package dev.watchdog.healing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The Vert.x event bus, typed: immutable records by local codecs, the receiver gets the sender's own object. It may
 * drop; nothing that must survive rides on it alone. Handlers run on the context that registered them.
 */
public final class Bus {
    /** The highest journal id that is durable; published after each commit, for the readers of the journal. */
    private static final String RECORDED = "watchdog.recorded";

    private static final String INPUTS = "watchdog.inputs";
    private static final String COMMANDS = "watchdog.commands";
    private static final String REMEDY = "watchdog.remedy.";
    private static final String RECOVER = "watchdog.recover.";
    private static final String PLAN = "watchdog.plan.";
    private static final String LOOK = "watchdog.look.";

    /** A domain is up within a second or two, or when its supervisor has brought it back. */
    private static final long DELIVER_AGAIN_MILLIS = 50;

    private static final int DELIVERIES = 1_200;

    /** A disk that hangs for longer has failed the command by then. */
    private static final Duration DURABLE = Duration.ofSeconds(30);

    private static final Duration PLANNING = Duration.ofSeconds(8);

    private final Vertx vertx;
    private final EventBus events;

    /** Registers the codecs; once for each Vertx. */
    public Bus(Vertx vertx) {
        this.vertx = vertx;
        events = vertx.eventBus();
        List.of(Inputs.class, Action.class, Command.class, Asking.class, Answer.class, FaultKey.class)
                .forEach(type -> register(type));
        List.of(
                        Outcome.Succeeded.class,
                        Outcome.Unneeded.class,
                        Outcome.Gone.class,
                        Outcome.Undone.class,
                        Outcome.Failed.class)
                .forEach(type -> register(type));
        List.of(
                        Receipt.Accepted.class,
                        Receipt.Answered.class,
                        Receipt.Known.class,
                        Receipt.Conflict.class,
                        Planned.Proposed.class,
                        Planned.Needless.class,
                        Planned.Refused.class)
                .forEach(type -> register(type));
    }

    private <T> void register(Class<T> type) {
        events.registerDefaultCodec(type, new LocalCodec<>(type));
    }

    /** Several inputs as one message. */
    record Inputs(List<Input> inputs) {
        Inputs {
            inputs = List.copyOf(inputs);
        }
    }

    /** Tells the healer what was seen. */
    public void report(List<? extends Finding> findings) {
        if (!findings.isEmpty()) {
            events.send(
                    INPUTS,
                    new Inputs(findings.stream()
                            .map(finding -> (Input) new Input.Seen(finding))
                            .toList()));
        }
    }

    /** Tells the healer that a sensor cannot see, and why. Saying it again changes nothing. */
    public void blind(String sensor, String why) {
        events.send(INPUTS, new Inputs(List.of(new Input.Sight(sensor, why))));
    }

    /** Tells the healer that a sensor can see. Saying it again changes nothing. */
    public void sees(String sensor) {
        events.send(INPUTS, new Inputs(List.of(new Input.Sight(sensor, null))));
    }

    /** Asks for something; completes with the final answer, or fails when none came in time. */
    public Future<Answer> ask(Command command, Duration patience) {
        return events.<Answer>request(COMMANDS, new Asking(command, false, null), within(patience))
                .map(Message::body);
    }

    /**
     * Hands in a command; completes as soon as nothing can lose it any more. Fails when it could not be made durable:
     * it has not happened then, and may be handed in again.
     */
    public Future<Receipt> submit(Command command) {
        return submit(new Asking(command, true, null));
    }

    /**
     * Hands in a command that may not be carried out, as its door has found: it is answered rejected, or expired. Goes
     * through the ledger like any other, so that the same one gets the same answer.
     */
    public Future<Receipt> refuse(Command command, boolean expired, String why) {
        return submit(new Asking(command, true, new Asking.Verdict(expired, why)));
    }

    private Future<Receipt> submit(Asking asking) {
        return events.<Receipt>request(COMMANDS, asking, within(DURABLE)).map(Message::body);
    }

    /**
     * Carries out the actions of this kind; the future's outcome is reported to the healer. A future that fails, or a
     * remedy that throws, is an action that failed.
     */
    public MessageConsumer<Action> remedy(String actionKind, Function<Action, Future<? extends Outcome>> remedy) {
        return listen(
                REMEDY + actionKind,
                message -> Future.succeededFuture(message.body())
                        .compose(action -> remedy.apply(action).<Outcome>map(outcome -> outcome))
                        .onSuccess(message::reply)
                        .onFailure(failure -> message.fail(1, String.valueOf(failure))));
    }

    /**
     * Says what would be done about the commands of a verb that the domain declares, after a fresh look. A future that
     * fails refuses the command.
     */
    public MessageConsumer<Command> plan(String verb, Function<Command, Future<? extends Planned>> planner) {
        return listen(
                PLAN + verb,
                message -> Future.succeededFuture(message.body())
                        .compose(command -> planner.apply(command).<Planned>map(planned -> planned))
                        .onSuccess(message::reply)
                        .onFailure(failure -> message.fail(1, String.valueOf(failure.getMessage()))));
    }

    /** Judges what an unfinished action of this kind left. */
    public MessageConsumer<Action> recover(String actionKind, Consumer<Action> handler) {
        return answering(RECOVER + actionKind, handler);
    }

    /** Looks again at subjects for this kind of fault, when the healer asks. */
    public MessageConsumer<FaultKey> look(String faultKind, Consumer<FaultKey> handler) {
        return answering(LOOK + faultKind, handler);
    }

    /** Follows the journal: called with the highest durable id. */
    public MessageConsumer<Long> recorded(Consumer<Long> handler) {
        return listen(RECORDED, message -> handler.accept(message.body()));
    }

    /** Tells the readers of the journal that there is more to read. */
    public void tellRecorded(long id) {
        events.publish(RECORDED, id);
    }

    MessageConsumer<Inputs> inputs(Consumer<List<Input>> handler) {
        return listen(INPUTS, message -> handler.accept(message.body().inputs()));
    }

    MessageConsumer<Asking> commands(Consumer<Message<Asking>> handler) {
        return listen(COMMANDS, handler::accept);
    }

    Future<Outcome> perform(Action action, Duration patience) {
        return events.<Outcome>request(REMEDY + action.kind(), action, within(patience))
                .map(Message::body);
    }

    Future<Planned> askToPlan(Command command) {
        return events.<Planned>request(PLAN + command.verb(), command, within(PLANNING))
                .map(Message::body);
    }

    void askToRecover(Action action) {
        deliver(RECOVER + action.kind(), action, DELIVERIES);
    }

    void askToLook(FaultKey key) {
        deliver(LOOK + key.kind(), key, DELIVERIES);
    }

    /**
     * A handler that throws costs its verticle the life, as one of a timer does: Vert.x 5.2 only logs what a consumer
     * throws, and a supervisor would never hear of it.
     */
    private <T> MessageConsumer<T> listen(String address, Handler<Message<T>> handler) {
        return events.localConsumer(address, message -> {
            try {
                handler.handle(message);
            } catch (RuntimeException e) {
                Context context = Vertx.currentContext();
                Handler<Throwable> supervisor = context == null ? null : context.exceptionHandler();
                if (supervisor == null) {
                    throw e;
                }
                supervisor.handle(e);
            }
        });
    }

    private <T> MessageConsumer<T> answering(String address, Consumer<T> handler) {
        return listen(address, message -> {
            handler.accept(message.body());
            message.reply(null);
        });
    }

    /** The healer lives before the domains do: what it asks of one that has not come up yet is asked again. */
    private void deliver(String address, Object body, int tries) {
        events.request(address, body, new DeliveryOptions().setLocalOnly(true)).onFailure(failure -> {
            boolean nobody = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
            if (nobody && tries > 1) {
                vertx.setTimer(DELIVER_AGAIN_MILLIS, timer -> deliver(address, body, tries - 1));
            }
        });
    }

    private static DeliveryOptions within(Duration patience) {
        return new DeliveryOptions().setSendTimeout(patience.toMillis()).setLocalOnly(true);
    }
}
