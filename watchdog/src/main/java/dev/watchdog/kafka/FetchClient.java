package dev.watchdog.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.Time;

/**
 * Asks for records by Kafka's own network client, and reads the answers within {@link FetchLimits}: Kafka's consumer
 * allocates what a broker says and what a record says, and so what anybody says who may write to the topic.
 *
 * <p>A batch that is too large to be fetched at all is passed over, see {@link TooLargeBatches}.
 */
final class FetchClient implements Fetcher {
    /** How long a broker waits for something to come before it answers that there is nothing. */
    private static final int WAIT_MILLIS = 5_000;

    /** The same while others wait for their turn. */
    private static final int SHORT_WAIT_MILLIS = 500;

    /** Fetch requests name the topic by its id from this version on. */
    private static final short FIRST_WITH_TOPIC_IDS = 13;

    /** Reading what came takes so little unless somebody wants it to take long; then it rests for thrice as long. */
    private static final long BUSY_MILLIS = 20;

    private static final int REST = 3;

    /** After so long it is asked whether somebody else leads what a broker led that cannot be reached. */
    private static final long AWAY_MILLIS = 1_000;

    /** A broker that answers at once that there is nothing is not asked more often. */
    private static final long SHORTEST_MILLIS = 100;

    private final KafkaClient client;
    private final FetchMemory memory;
    private final String topic;
    private final Time time;
    private final AutoCloseable more;

    private final Map<Integer, Long> positions = new TreeMap<>();
    private final Map<Integer, Node> leaders = new HashMap<>();
    private Uuid topicId = Uuid.ZERO_UUID;

    /** What each broker is being asked for. */
    private final Map<Integer, Asked> underway = new LinkedHashMap<>();

    private final TooLargeBatches tooLarge = new TooLargeBatches();

    /** Since when a broker cannot be reached. */
    private final Map<Integer, Long> awaySince = new HashMap<>();

    private final Deque<FetchedPartition> fetched = new ArrayDeque<>();
    private final List<Incoming> passedOver = new ArrayList<>();
    private final Map<Integer, Long> gone = new HashMap<>();
    private boolean answered;
    private boolean stale;
    private long restUntil;
    private long lookAgain;
    private int turn;
    private volatile boolean closing;

    private record Asked(Map<Integer, Long> offsets, boolean alone, long since) {}

    /** @param more is closed with it */
    FetchClient(KafkaClient client, FetchMemory memory, String topic, Time time, AutoCloseable more) {
        this.client = client;
        this.memory = memory;
        this.topic = topic;
        this.time = time;
        this.more = more;
    }

    @Override
    public void assign(Map<Integer, Long> offsets) {
        positions.clear();
        positions.putAll(offsets);
        tooLarge.clear();
        gone.clear();
        passedOver.clear();
        fetched.forEach(FetchedPartition::close);
        fetched.clear();
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        positions.putAll(offsets);
    }

    @Override
    public void lead(String id, Map<Integer, Node> nodes) {
        topicId = Uuid.fromString(id);
        leaders.clear();
        leaders.putAll(nodes);
        awaySince.clear();
        stale = false;
    }

    @Override
    public Fetched poll(Duration longest) {
        answered = false;
        long end = time.milliseconds() + longest.toMillis();
        List<Incoming> records = new ArrayList<>();
        do {
            take(records);
            if (!records.isEmpty() || !gone.isEmpty() || stale) {
                break;
            }
            long now = time.milliseconds();
            lookAgain = now < restUntil ? Math.min(end, restUntil) : end;
            ask(now);
            List<ClientResponse> responses = client.poll(Math.max(0, lookAgain - now), now);
            boolean refused = memory.takeRefused();
            responses.forEach(response -> take(response, refused));
        } while (!closing && time.milliseconds() < end);
        Fetched all = new Fetched(records, gone, answered || !records.isEmpty(), stale);
        gone.clear();
        return all;
    }

    private void take(List<Incoming> into) {
        into.addAll(passedOver);
        passedOver.clear();
        long begun = time.milliseconds();
        while (into.isEmpty() && !fetched.isEmpty()) {
            FetchedPartition first = fetched.peek();
            first.read(into);
            if (first.done()) {
                fetched.remove().close();
                Long before = positions.get(first.partition());
                if (before != null && first.next() > before) {
                    positions.put(first.partition(), first.next());
                } else {
                    restUntil = begun + SHORTEST_MILLIS; // the broker hands out what was not asked for
                }
            }
        }
        long busy = time.milliseconds() - begun;
        if (busy > BUSY_MILLIS) {
            restUntil = begun + (1 + REST) * busy;
        }
    }

    private void ask(long now) {
        if (now < restUntil || !fetched.isEmpty()) {
            return;
        }
        List<Map.Entry<Node, Map<Integer, Long>>> nodes = new ArrayList<>(wanted().entrySet());
        for (int i = 0; i < nodes.size() && underway.size() < FetchLimits.BROKERS; i++) {
            Map.Entry<Node, Map<Integer, Long>> wanted = nodes.get((turn + i) % nodes.size());
            Node node = wanted.getKey();
            if (!underway.containsKey(node.id()) && ready(node, now)) {
                send(node, wanted.getValue(), nodes.size() > FetchLimits.BROKERS, now);
            }
        }
        turn++;
    }

    private Map<Node, Map<Integer, Long>> wanted() {
        Map<Node, Map<Integer, Long>> wanted = new LinkedHashMap<>();
        positions.forEach((partition, offset) -> {
            Node leader = leaders.get(partition);
            if (leader == null || leader.isEmpty()) {
                stale = true;
            } else {
                wanted.computeIfAbsent(leader, any -> new TreeMap<>()).put(partition, offset);
            }
        });
        return wanted;
    }

    private boolean ready(Node node, long now) {
        boolean ready = client.ready(node, now);
        if (client.authenticationException(node) != null) {
            throw client.authenticationException(node);
        }
        if (ready) {
            awaySince.remove(node.id());
        } else {
            stale |= now - awaySince.computeIfAbsent(node.id(), any -> now) > AWAY_MILLIS;
            lookAgain = Math.min(lookAgain, now + Math.min(client.pollDelayMs(node, now), AWAY_MILLIS));
        }
        return ready;
    }

    private void send(Node node, Map<Integer, Long> offsets, boolean othersWait, long now) {
        Optional<Map.Entry<Integer, Long>> single = tooLarge.instead(offsets);
        Map<Integer, Long> asked =
                single.map(one -> Map.of(one.getKey(), one.getValue())).orElse(offsets);
        int wait = single.isPresent() ? 0 : othersWait ? SHORT_WAIT_MILLIS : WAIT_MILLIS;
        client.send(client.newClientRequest(node.idString(), request(asked, wait), now, true), now);
        underway.put(node.id(), new Asked(asked, single.isPresent(), now));
    }

    private FetchRequest.Builder request(Map<Integer, Long> offsets, int wait) {
        Map<TopicPartition, FetchRequest.PartitionData> all = new LinkedHashMap<>();
        offsets.forEach((partition, offset) -> all.put(
                new TopicPartition(topic, partition),
                new FetchRequest.PartitionData(
                        topicId,
                        offset,
                        FetchRequest.INVALID_LOG_START_OFFSET,
                        FetchLimits.FETCH_BYTES,
                        Optional.empty())));
        short newest = topicId.equals(Uuid.ZERO_UUID) ? FIRST_WITH_TOPIC_IDS - 1 : ApiKeys.FETCH.latestVersion();
        return FetchRequest.Builder.forConsumer(newest, wait, 1, all)
                .isolationLevel(IsolationLevel.READ_COMMITTED)
                .setMaxBytes(FetchLimits.FETCH_BYTES);
    }

    private void take(ClientResponse response, boolean refused) {
        Asked asked = underway.remove(Integer.parseInt(response.destination()));
        if (response.authenticationException() != null) {
            throw response.authenticationException();
        }
        if (response.versionMismatch() != null) {
            throw response.versionMismatch();
        }
        if (asked == null) {
            return;
        }
        if (response.wasDisconnected()) {
            if (refused) {
                refused(asked);
            } else {
                stale = true;
            }
            return;
        }
        answered = true;
        FetchResponse answer = (FetchResponse) response.responseBody();
        if (answer.error() != Errors.NONE) {
            failed(answer.error());
            return;
        }
        answer.responseData(Map.of(topicId, topic), response.requestHeader().apiVersion())
                .forEach((where, data) -> take(asked, where.partition(), data));
    }

    private void refused(Asked asked) {
        if (asked.alone()) {
            asked.offsets()
                    .forEach((partition, offset) ->
                            tooLarge.refused(partition, offset).ifPresent(search -> passOver(partition, search)));
        } else {
            tooLarge.refused(asked.offsets());
        }
    }

    private void take(Asked asked, int partition, FetchResponseData.PartitionData data) {
        Long offset = asked.offsets().get(partition);
        if (offset == null) {
            return;
        }
        Errors error = Errors.forCode(data.errorCode());
        boolean there = error == Errors.NONE;
        if (asked.alone() && tooLarge.searches(partition)) {
            if (there || error == Errors.OFFSET_OUT_OF_RANGE) {
                tooLarge.fetched(partition).ifPresent(search -> passOver(partition, search));
            } else {
                failed(error);
            }
        } else if (!offset.equals(positions.get(partition))) {
            return; // it was assigned anew meanwhile
        } else if (there) {
            tooLarge.fetched(partition);
            read(partition, offset, data, asked.since());
        } else if (error == Errors.OFFSET_OUT_OF_RANGE) {
            gone.put(partition, offset);
        } else {
            failed(error);
        }
    }

    private void passOver(int partition, BatchEndSearch search) {
        positions.put(partition, search.end());
        String which = search.end() - search.first() == 1 ? "" : "with those from " + search.first() + " on ";
        passedOver.add(Incoming.unreadByAnybody(
                topic,
                partition,
                search.end() - 1,
                0,
                "it cannot be fetched " + which + "(its batch has more than " + FetchLimits.ANSWER_BYTES + " bytes)"));
    }

    private void read(int partition, long offset, FetchResponseData.PartitionData data, long since) {
        if (FetchResponse.recordsSize(data) == 0) {
            restUntil = Math.max(restUntil, since + SHORTEST_MILLIS);
            return;
        }
        try {
            fetched.add(new FetchedPartition(topic, partition, offset, data));
        } catch (IOException e) {
            throw new IllegalStateException("a broker answered what is no answer", e);
        }
    }

    private void failed(Errors error) {
        if (error == Errors.TOPIC_AUTHORIZATION_FAILED) {
            throw new TopicAuthorizationException(Set.of(topic));
        }
        switch (error) {
            case NOT_LEADER_OR_FOLLOWER,
                    LEADER_NOT_AVAILABLE,
                    REPLICA_NOT_AVAILABLE,
                    KAFKA_STORAGE_ERROR,
                    FENCED_LEADER_EPOCH,
                    UNKNOWN_LEADER_EPOCH,
                    OFFSET_NOT_AVAILABLE,
                    UNKNOWN_TOPIC_OR_PARTITION,
                    UNKNOWN_TOPIC_ID,
                    INCONSISTENT_TOPIC_ID -> stale = true;
            default -> throw error.exception();
        }
    }

    @Override
    public void wakeup() {
        closing = true;
        client.wakeup();
    }

    @Override
    public void close() {
        fetched.forEach(FetchedPartition::close);
        fetched.clear();
        try (more) {
            client.close();
        } catch (Exception e) {
            throw new IllegalStateException("a client does not close", e);
        }
    }
}
