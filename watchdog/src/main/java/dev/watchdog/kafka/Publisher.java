package dev.watchdog.kafka;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.Event;
import dev.watchdog.events.Message;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Journal;
import dev.watchdog.kafka.Cluster.TopicState;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Everything that goes out: the entries of the journal, the states, and answers that are asked for again. Connects by
 * itself, again and again; nobody waits for it. On its verticle's context.
 */
final class Publisher implements Outlet {
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LAST_WAIT = Duration.ofSeconds(30);
    private static final Duration TOPICS_EVERY = Duration.ofSeconds(30);
    private static final Duration TOPICS_EVERY_WHEN_SILENT = Duration.ofSeconds(5);

    /** A way that was lost again and again is trusted again when it has held for so long. */
    private static final Duration TRIAL = Duration.ofSeconds(10);

    /** How long the last entries are waited for when the agent stops; its successor sends what is left. */
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final Parts parts;
    private final Context context;
    private final Link link;
    private final Partitions partitions;
    private final TopicCheck topicCheck;
    private final EventFeed events;
    private final StateFeed states;
    private final List<Event> repeated = new ArrayList<>();
    private final AtomicBoolean called = new AtomicBoolean();
    private Map<Topic, TopicState> topics = Map.of();
    private @Nullable Cluster cluster;
    private @Nullable RecordSink sink;
    private Runnable unlisten = () -> {};
    private Duration wait = FIRST_WAIT;
    private Duration topicsSeen = Duration.ZERO;
    private Duration opened = Duration.ZERO;
    private int generation;
    private int falls;
    private boolean checking;
    private boolean stopped;

    /** What it is made of. */
    record Parts(
            KafkaSettings settings,
            HostFacts host,
            Journal journal,
            Bus bus,
            HostClock clock,
            Snapshot snapshot,
            KnownNames names,
            KafkaFigures figures,
            Repeats repeats,
            Clients clients) {}

    /** As the figures and, as a blind sensor, the healer are told. */
    private record Told(Parts parts) implements Link.Teller {
        @Override
        public void blind(String why) {
            parts.figures().connected(why);
            parts.bus().blind(Link.SENSOR, why);
        }

        @Override
        public void sees() {
            parts.figures().connected(null);
            parts.bus().sees(Link.SENSOR);
        }
    }

    /**
     * Makes it; it does nothing before {@link #start}.
     *
     * @param rows the journal's state table
     * @param cursor the id of the last entry that the brokers have
     */
    Publisher(Parts parts, Context context, Map<String, String> rows, long cursor) {
        this.parts = parts;
        this.context = context;
        KafkaSettings settings = parts.settings();
        link = new Link(new Told(parts), parts.clock(), settings.bootstrapServers());
        partitions = new Partitions(settings, parts.host().id(), rows);
        topicCheck = new TopicCheck(settings);
        events = new EventFeed(parts, context, this, cursor);
        states = new StateFeed(
                parts.journal(), parts.clock(), context, this, parts.snapshot(), parts.host(), settings, rows);
    }

    void start() {
        context.owner().setPeriodic(parts.settings().lookEvery().toMillis(), timer -> tick());
        unlisten = parts.journal().listen(last -> call());
        parts.repeats().listen(this::call);
        connect();
    }

    /** There may be something to send. Any thread; many calls are one look. */
    private void call() {
        if (called.compareAndSet(false, true)) {
            context.runOnContext(then -> {
                called.set(false);
                sendWhatThereIs();
            });
        }
    }

    private void sendWhatThereIs() {
        events.pump();
        repeat(parts.repeats().drain());
    }

    private void tick() {
        Duration since = parts.clock().now().sinceBoot().minus(topicsSeen);
        boolean silent = link.look();
        if (open() && since.compareTo(silent ? TOPICS_EVERY_WHEN_SILENT : TOPICS_EVERY) >= 0) {
            checkTopics();
        }
        states.look();
        sendWhatThereIs();
    }

    private void connect() {
        if (stopped) {
            return;
        }
        int mine = generation;
        try {
            if (cluster == null) {
                cluster = parts.clients().cluster();
            }
            Future.fromCompletionStage(topicCheck.look(cluster), context)
                    .compose(found -> remember(partitions.choose(found)).map(found))
                    .onComplete(found -> {
                        if (mine == generation && !stopped) {
                            if (found.succeeded()) {
                                opened(found.result());
                            } else {
                                restart(parts.clients().why(found.cause()));
                            }
                        }
                    });
        } catch (IOException | RuntimeException e) {
            restart(parts.clients().why(e));
        }
    }

    private Future<?> remember(Map<String, Optional<String>> rows) {
        return rows.isEmpty()
                ? Future.succeededFuture()
                : Future.fromCompletionStage(
                        parts.journal().append(new Batch(List.of(), rows, Set.of(), Set.of())), context);
    }

    private void opened(Map<Topic, TopicState> found) {
        try {
            sink = parts.clients().sink(context.owner(), names(found.keySet()));
        } catch (IOException | RuntimeException e) {
            restart(parts.clients().why(e));
            return;
        }
        topics = found;
        opened = parts.clock().now().sinceBoot();
        topicsSeen = opened;
        states.forget();
        states.look();
        events.pump();
        repeat(List.copyOf(repeated));
    }

    private List<String> names(Set<Topic> all) {
        return all.stream()
                .filter(topic -> topic != Topic.COMMANDS)
                .map(parts.settings()::name)
                .toList();
    }

    /** A topic that was made anew has lost what was in it, and may have fewer partitions. */
    private void checkTopics() {
        Cluster asked = cluster;
        if (checking || asked == null) {
            return;
        }
        checking = true;
        int mine = generation;
        topicsSeen = parts.clock().now().sinceBoot();
        Future.fromCompletionStage(topicCheck.look(asked), context).onComplete(found -> {
            if (mine != generation || stopped) {
                return;
            }
            checking = false;
            if (found.succeeded()) {
                boolean anew = topics.entrySet().stream()
                        .filter(each -> each.getKey() != Topic.COMMANDS)
                        .anyMatch(
                                each -> madeAnew(each.getValue(), found.result().get(each.getKey())));
                if (anew) {
                    restart("a topic was deleted and made anew");
                }
                topics = found.result();
            } else if (TopicCheck.isMissing(found.cause())) {
                restart(parts.clients().why(found.cause()));
            }
        });
    }

    @Override
    public boolean open() {
        return sink != null && !stopped;
    }

    @Override
    public Future<Void> send(OutRecord record) {
        RecordSink open = sink;
        Promise<Void> told = Promise.promise();
        if (open == null) {
            return told.future();
        }
        int mine = generation;
        link.sent();
        Topic topic = record.topic();
        open.send(parts.settings().name(topic), partitions.of(topic), record).onComplete(done -> {
            if (mine != generation) {
                return;
            }
            if (done.succeeded()) {
                acknowledged();
                parts.figures().sent(topic);
                told.complete();
            } else if (done.cause() instanceof RecordSink.RefusedException) {
                acknowledged();
                parts.figures().refused();
                told.fail(done.cause());
            } else {
                restart(parts.clients().why(done.cause()));
            }
        });
        return told.future();
    }

    private void acknowledged() {
        boolean held = parts.clock().now().sinceBoot().minus(opened).compareTo(TRIAL) >= 0;
        if (held) {
            falls = 0;
        }
        boolean trusted = falls <= 1;
        if (trusted) {
            wait = FIRST_WAIT;
        }
        if (link.acknowledged(trusted)) {
            states.forget();
        }
    }

    @Override
    public void restart(String why) {
        falls += open() ? 1 : 0;
        letGo();
        link.lost(why);
        events.rewind();
        if (!stopped) {
            int mine = generation;
            context.owner().setTimer(wait.toMillis(), timer -> {
                if (mine == generation) {
                    connect();
                }
            });
            wait = wait.multipliedBy(2).compareTo(LAST_WAIT) < 0 ? wait.multipliedBy(2) : LAST_WAIT;
        }
    }

    /** Whoever connects again reads the secrets again. */
    private void letGo() {
        generation++;
        checking = false;
        if (sink != null) {
            sink.close();
            sink = null;
        }
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    private void repeat(List<Event> answers) {
        for (Event answer : answers) {
            if (!repeated.contains(answer)) {
                repeated.add(answer);
            }
            if (open()) {
                send(new OutRecord(
                                Topic.REPLIES,
                                parts.host().id(),
                                Message.of(
                                        CloudEventsFormat.toCloudEvent(
                                                answer, parts.names().of(answer)),
                                        parts.settings().mode())))
                        .onComplete(done -> repeated.remove(answer));
            }
        }
    }

    /**
     * Sends what is on its way and, when the agent ends and not this verticle alone, that nobody watches the host any more;
     * remembers how far that came, and lets go of everything.
     */
    Future<Void> stop() {
        unlisten.run();
        Promise<Void> drained = Promise.promise();
        if (link.connected()) {
            Future<Void> farewell = parts.snapshot().stopping() ? states.farewell() : Future.succeededFuture();
            events.whenDrained(() -> farewell.onComplete(told -> drained.tryComplete()));
            context.owner().setTimer(LAST_WORDS_MILLIS, timer -> drained.tryComplete());
        } else {
            drained.complete();
        }
        stopped = true;
        return drained.future().transform(done -> events.remember()).transform(done -> {
            letGo();
            return Future.succeededFuture();
        });
    }

    private static boolean madeAnew(TopicState before, @Nullable TopicState now) {
        return now != null && !now.id().equals(before.id());
    }
}
