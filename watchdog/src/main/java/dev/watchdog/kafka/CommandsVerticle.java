package dev.watchdog.kafka;

import dev.watchdog.healing.Bus;
import dev.watchdog.kafka.CommandSource.Jump;
import dev.watchdog.kafka.CommandSource.Layout;
import dev.watchdog.kafka.CommandSource.MissingTopic;
import dev.watchdog.kafka.CommandSource.Polled;
import dev.watchdog.kafka.CommandSource.TooManyPartitions;
import dev.watchdog.kafka.CommandSource.Undelivered;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the commands' topic: every partition, in order, one record after the other, each until it is done with. What goes
 * wrong is tried again with the same record; whoever trusts the ring's keys is asked first whether they can be trusted
 * now. Runs on an event loop and never blocks it.
 */
final class CommandsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CommandsVerticle.class);
    private static final String SENSOR = "kafka-commands";
    private static final Duration LOOK_AT_TOPIC = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_KEYS = Duration.ofSeconds(5);

    /** A fetch waits 5 s at the broker and is given up after 10 s by default, a poll after 10 s: two may be bad luck. */
    private static final int UNANSWERED = 3;

    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final CommandDoor door;
    private final HostClock clock;
    private final Bus bus;
    private final Deque<Incoming> waiting = new ArrayDeque<>();
    private @Nullable CommandSource source;
    private @Nullable Bookmarks bookmarks;
    private @Nullable Intake intake;
    private @Nullable Layout layout;
    private @Nullable TrustedKeys keys;
    private @Nullable Duration topicSeen;
    private int unanswered;
    private @Nullable Duration keysSeen;
    private Duration settled = Duration.ZERO;
    private Duration wait = SHORTEST_WAIT;
    private @Nullable Duration troubleSince;
    private @Nullable String trouble = "";
    private Future<?> step = Future.succeededFuture();
    private volatile boolean stopped;

    CommandsVerticle(CommandDoor door) {
        this.door = door;
        this.clock = door.agent().clock();
        this.bus = door.agent().bus();
    }

    @Override
    public Future<?> start() {
        return Future.fromCompletionStage(door.agent().journal().state(), context)
                .map(rows -> {
                    Bookmarks read = new Bookmarks(rows);
                    bookmarks = read;
                    intake = door.intake(read, context);
                    next();
                    return null;
                });
    }

    /** Completes when the record at hand is done with and the client is closed. */
    @Override
    public Future<?> stop() {
        stopped = true;
        Intake taking = intake;
        return Future.join(disconnect(), step.otherwiseEmpty())
                .compose(done -> disconnect())
                .compose(done -> taking == null ? Future.succeededFuture() : taking.settle())
                .otherwiseEmpty();
    }

    private void next() {
        if (stopped) {
            return;
        }
        step = step().onComplete(done -> {
            if (done.succeeded()) {
                wait = SHORTEST_WAIT;
                sees();
                context.runOnContext(then -> next());
            } else {
                failed(done.cause());
                long millis = wait.toMillis();
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
                vertx.setTimer(millis, timer -> next());
            }
        });
    }

    private Future<Void> step() {
        try {
            return lookAtKeys()
                    .compose(done -> connect())
                    .compose(done -> lookAtTopic())
                    .compose(done -> takeWaiting())
                    .compose(done -> settle())
                    .compose(done -> poll());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Void> connect() {
        return source != null
                ? Future.succeededFuture()
                : door.sources().apply(vertx).onSuccess(open -> source = open).mapEmpty();
    }

    /** What is read from then on is read by a new client, with secrets read anew. */
    private Future<Void> disconnect() {
        CommandSource open = source;
        source = null;
        layout = null;
        unanswered = 0;
        waiting.clear();
        return open == null ? Future.succeededFuture() : open.close();
    }

    private void failed(Throwable failure) {
        blind(reason(failure));
        if (failure instanceof KafkaException && !(failure instanceof RetriableException)) {
            disconnect().onFailure(again -> LOG.debug("a client did not close well", again));
        }
    }

    private Future<Void> lookAtKeys() {
        if (keys != null && fresh(keysSeen, LOOK_AT_KEYS)) {
            return Future.succeededFuture();
        }
        Duration now = clock.now().sinceBoot();
        return vertx.executeBlocking(() -> door.keys().read())
                .onSuccess(ring -> {
                    TrustedKeys before = keys;
                    if (before == null || !before.ring().equals(ring)) {
                        keys = new TrustedKeys(ring);
                        LOG.info("{} may send commands over Kafka", who(ring));
                    }
                    keysSeen = now;
                })
                .onFailure(failure -> keys = null)
                .mapEmpty();
    }

    private static String who(KeyRing ring) {
        return ring.keys().isEmpty()
                ? "nobody (the key ring is empty or not there)"
                : String.join(", ", ring.keys().stream().map(KeyEntry::id).toList());
    }

    private Future<Void> lookAtTopic() {
        if (layout != null && fresh(topicSeen, LOOK_AT_TOPIC)) {
            return Future.succeededFuture();
        }
        CommandSource open = open();
        Duration now = clock.now().sinceBoot();
        return open.layout().compose(found -> {
            topicSeen = now;
            if (found.equals(layout)) {
                return Future.succeededFuture();
            }
            waiting.clear();
            LOG.info("reads {} partitions of the commands' topic {}", found.partitions(), found.topicId());
            return open.assign(Objects.requireNonNull(bookmarks).open(found)).onSuccess(done -> layout = found);
        });
    }

    private CommandSource open() {
        CommandSource open = source;
        if (open == null) {
            throw new IllegalStateException("the reader is stopping");
        }
        return open;
    }

    private boolean fresh(@Nullable Duration seen, Duration longest) {
        return seen != null && clock.now().sinceBoot().minus(seen).compareTo(longest) < 0;
    }

    private Future<Void> takeWaiting() {
        Intake taking = Objects.requireNonNull(intake);
        while (!waiting.isEmpty() && !stopped) {
            TrustedKeys trusted = keys;
            if (trusted == null) {
                return Future.succeededFuture();
            }
            Incoming record = waiting.peek();
            Future<Void> taken = taking.take(record, trusted);
            if (!taken.isComplete()) {
                return taken.compose(done -> {
                    waiting.poll();
                    return takeWaiting();
                });
            }
            if (taken.failed()) {
                return taken;
            }
            waiting.poll();
        }
        return Future.succeededFuture();
    }

    private Future<Void> settle() {
        Duration now = clock.now().sinceBoot();
        if (now.minus(settled).compareTo(SETTLE) < 0) {
            return Future.succeededFuture();
        }
        settled = now;
        return Objects.requireNonNull(intake).settle();
    }

    private Future<Void> poll() {
        if (stopped || !waiting.isEmpty()) {
            return Future.succeededFuture();
        }
        return open().poll().compose(this::polled);
    }

    private Future<Void> polled(Polled polled) {
        waiting.addAll(polled.records());
        door.figures().commandsLag(waiting.size());
        polled.jumps().forEach(this::tell);
        unanswered = polled.answered() ? 0 : unanswered + 1;
        if (!polled.jumps().isEmpty() || !polled.answered()) {
            topicSeen = null;
        }
        if (unanswered >= UNANSWERED) {
            return Future.failedFuture(new Undelivered());
        }
        return lookAtKeys()
                .compose(done -> takeWaiting())
                .onComplete(done -> door.figures().commandsLag(waiting.size()));
    }

    private void tell(Jump jump) {
        if (jump.oldest() <= jump.wanted()) {
            LOG.info("partition {} was begun anew, it is read from offset {}", jump.partition(), jump.oldest());
            return;
        }
        String lost = "the records " + jump.wanted() + " to " + (jump.oldest() - 1) + " of partition "
                + jump.partition() + " were dropped by the topic before they were read";
        LOG.warn("commands may be lost: {}", lost);
        bus.blind(SENSOR, lost);
        trouble = lost;
    }

    /** A topic that its maker is just making, or a broker that comes back, is no trouble yet. */
    private void blind(String why) {
        Duration now = clock.now().sinceBoot();
        troubleSince = troubleSince == null ? now : troubleSince;
        if (!why.equals(trouble) && now.minus(troubleSince).compareTo(GRACE) >= 0) {
            trouble = why;
            LOG.warn("commands are not read from Kafka: {}", why);
            bus.blind(SENSOR, why);
        }
    }

    private void sees() {
        troubleSince = null;
        if (trouble != null) {
            trouble = null;
            bus.sees(SENSOR);
        }
    }

    private String reason(Throwable failure) {
        return failure instanceof KeySource.Unreadable
                        || failure instanceof Intake.ClockInDoubt
                        || failure instanceof MissingTopic
                        || failure instanceof TooManyPartitions
                        || failure instanceof Undelivered
                ? String.valueOf(failure.getMessage())
                : door.why().apply(failure);
    }
}
