package dev.watchdog.kafka;

import dev.watchdog.events.ContentMode;
import dev.watchdog.events.EventFormatException;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.HostState;
import dev.watchdog.events.Message;
import dev.watchdog.events.State;
import dev.watchdog.events.StateFormat;
import dev.watchdog.events.StateReport;
import dev.watchdog.events.Subject;
import dev.watchdog.events.SubjectState;
import dev.watchdog.events.Topic;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Journal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the compacted topics as the host is now: everything after each connection, then what changes, and the host itself
 * as a heartbeat. Of each key one record at most is on its way, so that nothing piles up while no broker answers. The
 * keys that were ever written are rows of the journal, so that one that goes while the agent is away is still taken back.
 * On the publisher's context.
 */
final class StateFeed {
    private static final Logger LOG = LoggerFactory.getLogger(StateFeed.class);
    private static final String ROW = "kafka-key ";

    /** What was there in an earlier run may only be found again by then. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    /** Figures of a subject change all the time; alone they are told this often. */
    private static final Duration FACTS_EVERY = Duration.ofMinutes(1);

    private static final Duration SHORTEST_VALIDITY = Duration.ofSeconds(30);

    private final Journal journal;
    private final HostClock clock;
    private final Context context;
    private final Outlet outlet;
    private final Snapshot snapshot;
    private final HostFacts host;
    private final ContentMode mode;
    private final Duration heartbeatEvery;
    private final Duration validFor;
    private final Duration begun;
    private final Map<String, Told> told = new HashMap<>();
    private final Set<String> keys = new HashSet<>();
    private final Set<String> onTheWay = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private int round;
    private long reports;
    private boolean ended;

    /** The last state that was told of a key, and when in time since boot. */
    private record Told(State state, Duration at) {}

    /** @param rows the journal's state table */
    StateFeed(
            Journal journal,
            HostClock clock,
            Context context,
            Outlet outlet,
            Snapshot snapshot,
            HostFacts host,
            KafkaSettings settings,
            Map<String, String> rows) {
        this.journal = journal;
        this.clock = clock;
        this.context = context;
        this.outlet = outlet;
        this.snapshot = snapshot;
        this.host = host;
        this.mode = settings.mode();
        // the look that is nearest to the time, not the first one after it
        this.heartbeatEvery =
                settings.heartbeatEvery().minus(settings.lookEvery().dividedBy(2));
        this.validFor = validFor(settings.heartbeatEvery());
        this.begun = clock.now().sinceBoot();
        rows.keySet().stream().filter(row -> row.startsWith(ROW)).forEach(row -> keys.add(row.substring(ROW.length())));
    }

    /** Three heartbeats may be lost or late, and half a minute is never too long. */
    static Duration validFor(Duration heartbeatEvery) {
        Duration three = heartbeatEvery.multipliedBy(3);
        return three.compareTo(SHORTEST_VALIDITY) < 0 ? SHORTEST_VALIDITY : three;
    }

    /** Everything is to be told again. */
    void forget() {
        round++;
        told.clear();
        onTheWay.clear();
    }

    /** Tells what has changed. Call it every few seconds. */
    void look() {
        if (!outlet.open() || ended) {
            return;
        }
        Moment now = clock.now();
        HostState hostNow = snapshot.host().validUntil(now.wall().plus(validFor));
        if (hostDue(hostNow, now)) {
            send(Topic.HOSTS, host.id(), Subject.HOST, hostNow, now);
        }
        Map<String, SubjectState> subjects = new HashMap<>();
        snapshot.subjects().forEach(state -> subjects.put(host.id() + "/" + state.subject(), state));
        subjects.forEach((key, state) -> {
            if (!onTheWay.contains(key) && subjectDue(told.get(key), state, now)) {
                introduce(key, state, now);
            }
        });
        takeBack(subjects.keySet(), now);
        seen.addAll(subjects.keySet());
    }

    /** Tells that nobody watches this host any more; nothing is told after it. Completes once the brokers have it. */
    Future<Void> farewell() {
        ended = true;
        Moment now = clock.now();
        HostState last = snapshot.host().stopped(now.wall());
        return outlet.open() ? send(Topic.HOSTS, host.id(), Subject.HOST, last, now) : Future.succeededFuture();
    }

    private boolean hostDue(HostState state, Moment now) {
        Told before = told.get(host.id());
        return !onTheWay.contains(host.id())
                && (before == null
                        || !now.sinceBoot()
                                .minus(before.at())
                                .minus(heartbeatEvery)
                                .isNegative()
                        || !steady(state).equals(steady((HostState) before.state())));
    }

    /** Without what changes all the time. */
    private static HostState steady(HostState state) {
        HostState.Journal journal =
                new HostState.Journal(0, 0, 0, state.journal().writable());
        HostState.Kafka kafka = new HostState.Kafka(state.kafka().connected(), 0);
        return new HostState(
                state.host(),
                state.name(),
                state.labels(),
                state.version(),
                state.startedAt(),
                state.mode(),
                state.modes(),
                state.pauses(),
                state.blind(),
                state.openFaults(),
                journal,
                kafka,
                null,
                null);
    }

    private static boolean subjectDue(@Nullable Told before, SubjectState state, Moment now) {
        if (before == null || !(before.state() instanceof SubjectState old)) {
            return true;
        }
        if (state.equals(old)) {
            return false;
        }
        boolean factsAlone = state.state().equals(old.state())
                && state.name().equals(old.name())
                && state.modes().equals(old.modes())
                && state.faults().equals(old.faults());
        return !factsAlone || now.sinceBoot().minus(before.at()).compareTo(FACTS_EVERY) >= 0;
    }

    /** A key is remembered before it is used for the first time. */
    private void introduce(String key, SubjectState state, Moment now) {
        if (keys.contains(key)) {
            send(Topic.INVENTORY, key, state.subject(), state, now);
            return;
        }
        onTheWay.add(key);
        int mine = round;
        row(key, Optional.of("")).onComplete(durable -> {
            if (mine == round) {
                onTheWay.remove(key);
                if (durable.succeeded()) {
                    keys.add(key);
                    send(Topic.INVENTORY, key, state.subject(), state, now);
                }
            } else if (durable.succeeded()) {
                keys.add(key);
            }
        });
    }

    private Future<Void> send(Topic topic, String key, Subject subject, State state, Moment now) {
        String id = "h" + now.wall().toEpochMilli() + "-" + ++reports;
        try {
            StateReport report = new StateReport(journal.source(), id, subject, now.wall(), state);
            Message message = Message.of(StateFormat.toCloudEvent(report, names(state)), mode);
            told.put(key, new Told(state, now.sinceBoot()));
            return send(new OutRecord(topic, key, message));
        } catch (EventFormatException e) {
            LOG.warn("the state of {} cannot be told: {}", subject, e.getMessage());
            told.put(key, new Told(state, now.sinceBoot()));
            return Future.succeededFuture();
        }
    }

    private EventNames names(State state) {
        return new EventNames(host.name(), state instanceof SubjectState subject ? subject.name() : host.name());
    }

    private Future<Void> send(OutRecord record) {
        onTheWay.add(record.key());
        return outlet.send(record).onComplete(done -> {
            onTheWay.remove(record.key());
            if (done.failed()) {
                LOG.warn(
                        "the state of {} was refused: {}",
                        record.key(),
                        done.cause().getMessage());
            }
        });
    }

    private void takeBack(Set<String> present, Moment now) {
        boolean allFound = now.sinceBoot().minus(begun).compareTo(LONG_ENOUGH) > 0 && snapshot.seesAll();
        for (String key : List.copyOf(keys)) {
            if (!present.contains(key) && !onTheWay.contains(key) && (allFound || seen.contains(key))) {
                send(new OutRecord(Topic.INVENTORY, key, null)).onSuccess(gone -> {
                    told.remove(key);
                    row(key, Optional.empty()).onSuccess(forgotten -> {
                        keys.remove(key);
                        seen.remove(key);
                    });
                });
            }
        }
    }

    private Future<?> row(String key, Optional<String> value) {
        Batch batch = new Batch(List.of(), Map.of(ROW + key, value), Set.of(), Set.of());
        return Future.fromCompletionStage(journal.append(batch), context);
    }
}
