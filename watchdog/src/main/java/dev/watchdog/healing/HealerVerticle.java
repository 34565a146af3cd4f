package dev.watchdog.healing;

import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the healer, makes what it comes to durable, and only then lets it happen. One turn at a time: whatever comes
 * while a turn is being written is the next turn's, so that a burst costs few commits. When the journal cannot be
 * written the turn is taken back and tried again: nothing starts, seeing goes on.
 */
public final class HealerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HealerVerticle.class);
    private static final long TICK_MILLIS = 1_000;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Journal journal;
    private final HostClock clock;
    private final Bus bus;
    private final Policy policy;
    private final Supplier<Map<String, Integer>> subjects;
    private final LiveState live;
    private final Inbox inbox = new Inbox();
    private final Map<String, Message<Command>> senders = new HashMap<>();
    private HealerState state = HealerState.EMPTY;
    private boolean writing;

    /**
     * Makes the verticle; it starts when deployed, on an event loop.
     *
     * @param subjects how many subjects of each kind there are; asked at each turn, must be quick
     */
    public HealerVerticle(
            Journal journal,
            HostClock clock,
            Bus bus,
            Policy policy,
            Supplier<Map<String, Integer>> subjects,
            LiveState live) {
        this.journal = journal;
        this.clock = clock;
        this.bus = bus;
        this.policy = policy;
        this.subjects = subjects;
        this.live = live;
    }

    @Override
    public Future<?> start() {
        return Future.fromCompletionStage(journal.state(), context).map(rows -> {
            state = StateRows.read(rows);
            live.publish(state);
            bus.inputs(inputs -> {
                inputs.forEach(inbox::add);
                turn();
            });
            bus.commands(this::asked);
            inbox.add(new Input.Started());
            turn();
            vertx.setPeriodic(TICK_MILLIS, timer -> tick());
            return rows;
        });
    }

    private void tick() {
        if (!state.cases().isEmpty() || state.core().pause() != null || !inbox.isEmpty()) {
            inbox.add(new Input.Tick());
            turn();
        }
    }

    private void asked(Message<Command> message) {
        Command command = message.body();
        if (senders.containsKey(command.id())) {
            message.reply(rejected(command, "a command of this id is being carried out"));
        } else if (inbox.add(new Input.Asked(command))) {
            senders.put(command.id(), message);
            turn();
        } else {
            message.reply(rejected(command, "too many commands wait: try again later"));
        }
    }

    private void turn() {
        if (writing || inbox.isEmpty()) {
            return;
        }
        List<Input> inputs = inbox.drain();
        Step step = Healer.step(state, inputs, new Setting(clock.now(), journal.id(), policy, subjects.get()));
        if (!step.writes()) {
            adopt(step);
            return;
        }
        writing = true;
        Batch batch =
                new Batch(step.entries(), StateRows.write(step.state(), step.changed()), step.pin(), step.unpin());
        Future.fromCompletionStage(journal.append(batch), context).onComplete(done -> {
            writing = false;
            written(inputs, step, done.result(), done.cause());
        });
    }

    private void written(List<Input> inputs, Step step, @Nullable List<Event> events, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("nothing is started while the journal cannot be written: {}", failure.getMessage());
            takeBack(inputs, failure);
            return;
        }
        adopt(step);
        if (events != null && !events.isEmpty()) {
            bus.tellRecorded(events.get(events.size() - 1).id());
        }
        turn();
    }

    private void takeBack(List<Input> inputs, Throwable failure) {
        for (Input input : inputs) {
            if (input instanceof Input.Asked asked) {
                Message<Command> sender = senders.remove(asked.command().id());
                if (sender != null) {
                    sender.reply(rejected(asked.command(), String.valueOf(failure.getMessage())));
                }
            }
        }
        inbox.restore(
                inputs.stream().filter(input -> !(input instanceof Input.Asked)).toList());
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
        } else if (effect instanceof Effect.Reply reply) {
            Message<Command> sender = senders.remove(reply.answer().command());
            if (sender != null) {
                sender.reply(reply.answer());
            }
        }
    }

    private void perform(Action action) {
        Moment now = clock.now();
        Duration patience = action.deadline().minus(now.sinceBoot()).plus(GRACE);
        Action durable = action.withStages(action.stages().durableAt(now));
        bus.perform(durable, patience)
                .recover(failure -> Future.succeededFuture(
                        new Outcome.Failed("the remedy did not report: " + String.valueOf(failure.getMessage()))))
                .onSuccess(outcome -> {
                    inbox.add(new Input.Finished(action.id(), outcome));
                    turn();
                });
    }

    private static Answer rejected(Command command, String why) {
        return new Answer(command.id(), Answer.REJECTED, Evidence.of(why));
    }
}
