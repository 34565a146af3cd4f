package dev.watchdog.healing;

import dev.watchdog.events.Event;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the healer, makes what it comes to durable, and only then lets it happen. One turn at a time: whatever comes
 * while a turn is being written is the next turn's, so that a burst costs few commits. When the journal cannot be
 * written the turn is taken back and tried again: nothing starts, seeing goes on. A turn that throws is a bug: it
 * rejects its commands and leaves the exception to the context's handler, where the supervisor hears of it.
 */
public final class HealerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HealerVerticle.class);
    private static final long TICK_MILLIS = 1_000;
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final String CLOCK = "clock";
    private static final String STOPPING = "the healer is stopping: ask again";
    private static final Asking.Verdict LEDGER_FULL = new Asking.Verdict(
            false, "too many commands that have not expired are remembered: send fewer, or with a nearer expiry");

    private final Journal journal;
    private final HostClock clock;
    private final Bus bus;
    private final Policy policy;
    private final Supplier<Map<String, Integer>> subjects;
    private final Supplier<? extends Collection<WatchedSubject>> inventory;
    private final LiveState live;
    private final Inbox inbox = new Inbox();
    private final Callers callers = new Callers();
    private HealerState state = HealerState.EMPTY;
    private Future<?> write = Future.succeededFuture();
    private boolean writing;
    private boolean failing;
    private boolean doubted;
    private volatile boolean stopped;

    /**
     * Makes the verticle; it starts when deployed, on an event loop.
     *
     * @param subjects how many subjects of each kind there are; asked at each turn, must be quick
     * @param inventory all subjects of those kinds; asked with each command that names one, must be quick
     */
    public HealerVerticle(
            Journal journal,
            HostClock clock,
            Bus bus,
            Policy policy,
            Supplier<Map<String, Integer>> subjects,
            Supplier<? extends Collection<WatchedSubject>> inventory,
            LiveState live) {
        this.journal = journal;
        this.clock = clock;
        this.bus = bus;
        this.policy = policy;
        this.subjects = subjects;
        this.inventory = inventory;
        this.live = live;
    }

    @Override
    public Future<?> start() {
        return Future.fromCompletionStage(journal.state(), context).compose(rows -> {
            state = StateRows.read(rows);
            live.publish(state);
            inbox.add(new Input.Started());
            turn();
            vertx.setPeriodic(TICK_MILLIS, timer -> tick());
            rehearse();
            MessageConsumer<?> inputs = bus.inputs(this::told);
            return Future.all(inputs.completion(), bus.commands(this::asked).completion());
        });
    }

    /** Completes when nothing of this instance can reach the journal or a remedy any more: a successor may start. */
    @Override
    public Future<?> stop() {
        stopped = true;
        inbox.drain().forEach(input -> rejectIfAsked(input, STOPPING));
        return write.otherwiseEmpty();
    }

    /** On a thread of its own, which ends with the verticle: Vert.x waits for its workers when it closes. */
    private void rehearse() {
        Thread thread = new Thread(() -> Rehearsal.run(clock.now(), () -> stopped), "healer-rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private void tick() {
        lookAtClock();
        if (!state.cases().isEmpty()
                || !state.commands().isEmpty()
                || state.core().pause() != null
                || !inbox.isEmpty()) {
            inbox.add(new Input.Tick());
            turn();
        }
    }

    /** A clock that cannot be believed is a sensor that cannot see. */
    private void lookAtClock() {
        String doubt = journal.time().read(clock).doubt();
        if (doubt != null && !doubted) {
            LOG.warn("commands that expire are not taken: {}", doubt);
        }
        doubted = doubt != null;
        if (doubted != state.blind().containsKey(CLOCK)) {
            inbox.add(new Input.Sight(CLOCK, doubt));
        }
    }

    private void told(List<Input> inputs) {
        inputs.forEach(inbox::add);
        turn();
    }

    private void asked(Message<Asking> message) {
        Asking asking = message.body();
        Command command = asking.command();
        if (callers.add(message)) {
            Future.fromCompletionStage(journal.command(command.source(), command.id()), context)
                    .onSuccess(known -> known.ifPresentOrElse(row -> callers.known(command, row), () -> ask(asking)))
                    .onFailure(failure -> callers.fail(command.id(), cause(failure)));
        }
    }

    /** At most once: the ledger does not know it. */
    private void ask(Asking asking) {
        Command command = asking.command();
        String doubt =
                command.expiry() == null ? null : journal.time().read(clock).doubt();
        if (stopped) {
            callers.fail(command.id(), STOPPING);
        } else if (doubt != null) {
            callers.fail(command.id(), "commands that expire are not taken now: " + doubt);
        } else if (state.commands().containsKey(command.id())) {
            callers.conflict(command.id());
        } else {
            inbox.add(input(asking));
            turn();
        }
    }

    private Input input(Asking asking) {
        Command command = asking.command();
        if (command.expiry() != null && journal.ledgerFull()) {
            return new Input.Judged(command, LEDGER_FULL, false);
        }
        return asking.verdict() == null ? resolved(command) : new Input.Judged(command, asking.verdict(), true);
    }

    /** Its names become ids; what is not known here is rejected. */
    private Input resolved(Command command) {
        CommandSubjects.Resolved resolved = new CommandSubjects(
                        policy, state, inventory.get(), subjects.get().keySet())
                .resolve(command.verb(), command.arguments());
        return resolved.problem() == null
                ? new Input.Asked(command.resolved(resolved.arguments()))
                : new Input.Judged(command, new Asking.Verdict(false, resolved.problem()), true);
    }

    private void turn() {
        if (stopped || writing || inbox.isEmpty()) {
            return;
        }
        List<Input> inputs = inbox.drain();
        Step step = decide(inputs);
        if (step.writes()) {
            writing = true;
            write = append(step).onComplete(done -> {
                writing = false;
                written(inputs, step, done.result(), done.cause());
            });
        } else {
            adopt(step);
        }
    }

    private Step decide(List<Input> inputs) {
        try {
            return Healer.step(
                    state,
                    inputs,
                    new Setting(
                            clock.now(),
                            journal.time().read(clock).time(),
                            journal.id(),
                            policy,
                            live.stopping(),
                            subjects.get()));
        } catch (RuntimeException e) {
            inputs.forEach(input -> rejectIfAsked(input, "the healer failed: " + e));
            throw e;
        }
    }

    private Future<List<Event>> append(Step step) {
        try {
            return Future.fromCompletionStage(journal.append(step.batch()), context);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void written(List<Input> inputs, Step step, @Nullable List<Event> events, @Nullable Throwable failure) {
        if (failure != null) {
            takeBack(inputs, cause(failure));
            return;
        }
        if (failing) {
            failing = false;
            LOG.info("the journal can be written again");
        }
        if (events != null && !events.isEmpty()) {
            bus.tellRecorded(events.get(events.size() - 1).id());
            callers.recorded(events);
        }
        if (!stopped) {
            adopt(step);
            turn();
        }
    }

    private void takeBack(List<Input> inputs, String why) {
        if (!failing) {
            failing = true;
            LOG.warn("nothing is started until the journal can be written: {}", why);
        }
        inputs.forEach(input -> rejectIfAsked(input, why));
        inbox.restore(inputs.stream().filter(input -> commandOf(input) == null).toList());
    }

    private void rejectIfAsked(Input input, String why) {
        Command command = commandOf(input);
        if (command != null) {
            callers.fail(command.id(), why);
        }
    }

    private static @Nullable Command commandOf(Input input) {
        if (input instanceof Input.Asked asked) {
            return asked.command();
        }
        return input instanceof Input.Judged judged ? judged.command() : null;
    }

    private static String cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((failure instanceof CompletionException && cause != null ? cause : failure).getMessage());
    }

    private void adopt(Step step) {
        state = step.state();
        live.publish(state);
        step.effects().forEach(this::happen);
    }

    private void happen(Effect effect) {
        if (effect instanceof Effect.Perform perform) {
            perform(perform.action());
        } else if (effect instanceof Effect.Look look) {
            bus.askToLook(look.key());
        } else if (effect instanceof Effect.Recover recover) {
            bus.askToRecover(recover.action());
        } else if (effect instanceof Effect.Plan plan) {
            plan(plan.command());
        } else if (effect instanceof Effect.Reply reply) {
            callers.answer(reply.answer());
        }
    }

    private void plan(Command command) {
        bus.askToPlan(command)
                .recover(failure -> Future.succeededFuture(new Planned.Refused(String.valueOf(failure.getMessage()))))
                .onSuccess(planned -> {
                    inbox.add(new Input.Plan(command.id(), planned));
                    turn();
                });
    }

    private void perform(Action action) {
        Moment now = clock.now();
        Duration left = action.deadline().minus(now.sinceBoot());
        if (left.isNegative() || left.isZero()) {
            ended(action, new Outcome.Failed("its deadline passed before the decision was on disk"));
            return;
        }
        bus.perform(action.withStages(action.stages().durableAt(now)), left.plus(GRACE))
                .recover(failure -> Future.succeededFuture(
                        new Outcome.Failed("the remedy did not report: " + String.valueOf(failure.getMessage()))))
                .onSuccess(outcome -> ended(action, outcome));
    }

    private void ended(Action action, Outcome outcome) {
        inbox.add(new Input.Finished(action.id(), outcome));
        turn();
    }
}
