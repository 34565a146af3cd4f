package dev.watchdog.kafka;

import dev.watchdog.kafka.Fetcher.Fetched;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The commands' topic by a {@link Fetcher}, which blocks a thread of its own. Each call waits behind a poll that runs, so
 * there is at most one.
 */
final class KafkaCommandSource implements CommandSource {
    /** A poll that comes back empty costs processor time; closing wakes one that still waits. */
    private static final Duration POLL = Duration.ofSeconds(10);

    private static final Duration CLOSE = Duration.ofSeconds(3);

    /** Who leads what is not asked more often. */
    private static final long ASK_AGAIN_MILLIS = 500;

    private final Vertx vertx;
    private final Context context;
    private final String topic;
    private final Fetcher fetcher;
    private final Cluster cluster;
    private final WorkerExecutor thread;
    private boolean stale;

    private KafkaCommandSource(Vertx vertx, String topic, Open open) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.topic = topic;
        this.fetcher = open.fetcher();
        this.cluster = open.cluster();
        this.thread = vertx.createSharedWorkerExecutor(
                "kafka-commands", 1, POLL.plus(CLOSE).toSeconds() + 1, TimeUnit.SECONDS);
    }

    private record Open(Fetcher fetcher, Cluster cluster) {}

    /** Makes the clients, on a worker thread, for that takes a while; no broker has to be there. */
    static Future<CommandSource> open(Vertx vertx, String topic, Clients clients) {
        return vertx.executeBlocking(() -> {
                    Fetcher fetcher = clients.fetcher(topic);
                    try {
                        return new Open(fetcher, clients.cluster());
                    } catch (IOException | RuntimeException e) {
                        fetcher.close();
                        throw e;
                    }
                })
                .map(open -> new KafkaCommandSource(vertx, topic, open));
    }

    @Override
    public Future<Layout> layout() {
        return describe()
                .compose(found -> found.partitions() > FetchLimits.PARTITIONS
                        ? Future.failedFuture(new TooManyPartitions(topic, found.partitions()))
                        : lead(found).map(done -> new Layout(found.id(), found.partitions())));
    }

    private Future<Cluster.TopicState> describe() {
        return Future.fromCompletionStage(cluster.describe(List.of(topic)), context)
                .compose(topics -> {
                    Cluster.TopicState found = topics.get(topic);
                    return found == null ? Future.failedFuture(new MissingTopic(topic)) : Future.succeededFuture(found);
                });
    }

    private Future<Void> lead(Cluster.TopicState found) {
        return onThread(() -> fetcher.lead(found.id(), found.leaders())).onSuccess(done -> stale = false);
    }

    @Override
    public Future<Void> assign(Map<Integer, Optional<Long>> offsets) {
        Map<Integer, Long> known = new HashMap<>();
        Set<Integer> fresh = new TreeSet<>();
        offsets.forEach((partition, offset) ->
                offset.ifPresentOrElse(at -> known.put(partition, at), () -> fresh.add(partition)));
        return oldest(fresh).compose(oldest -> {
            known.putAll(oldest);
            return onThread(() -> fetcher.assign(known));
        });
    }

    private Future<Map<Integer, Long>> oldest(Set<Integer> partitions) {
        return partitions.isEmpty()
                ? Future.succeededFuture(Map.of())
                : Future.fromCompletionStage(cluster.oldest(topic, partitions), context);
    }

    @Override
    public Future<Polled> poll() {
        return refresh()
                .compose(done -> thread.executeBlocking(() -> fetcher.poll(POLL)))
                .compose(this::polled);
    }

    /** Somebody else may lead a partition by now. */
    private Future<Void> refresh() {
        return !stale
                ? Future.succeededFuture()
                : vertx.timer(ASK_AGAIN_MILLIS).compose(passed -> describe()).compose(this::lead);
    }

    private Future<Polled> polled(Fetched fetched) {
        stale = fetched.stale();
        return fetched.gone().isEmpty()
                ? Future.succeededFuture(new Polled(fetched.records(), List.of(), fetched.answered()))
                : jump(fetched);
    }

    private Future<Polled> jump(Fetched fetched) {
        return oldest(fetched.gone().keySet())
                .compose(oldest -> onThread(() -> fetcher.seek(oldest)).map(oldest))
                .map(oldest -> new Polled(
                        fetched.records(),
                        fetched.gone().entrySet().stream()
                                .map(each -> new Jump(
                                        each.getKey(), each.getValue(), oldest.getOrDefault(each.getKey(), 0L)))
                                .toList(),
                        true));
    }

    private Future<Void> onThread(Runnable work) {
        return thread.executeBlocking(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        long timer = vertx.setTimer(CLOSE.toMillis(), late -> closed.tryComplete());
        fetcher.wakeup();
        Future.join(onThread(fetcher::close), vertx.executeBlocking(this::closeCluster))
                .onComplete(done -> {
                    thread.close();
                    vertx.cancelTimer(timer);
                    closed.tryComplete();
                });
        return closed.future();
    }

    private @Nullable Void closeCluster() {
        cluster.close();
        return null;
    }
}
