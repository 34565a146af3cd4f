package dev.watchdog.kafka;

import dev.watchdog.events.Topic;
import dev.watchdog.kafka.Cluster.TopicState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Sees that all topics are there, and makes those that are missing if it may. */
final class TopicCheck {
    private static final int LOOKS = 20;
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final KafkaSettings settings;

    TopicCheck(KafkaSettings settings) {
        this.settings = settings;
    }

    /** A topic that is needed is missing. */
    static final class MissingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingException(String message) {
            super(message);
        }
    }

    /** True if brokers answered, and a topic is missing. */
    static boolean isMissing(Throwable failure) {
        return failure instanceof MissingException || failure.getCause() instanceof MissingException;
    }

    /** All topics that are written to, and that of commands if it is there; fails with {@link MissingException}. */
    CompletableFuture<Map<Topic, TopicState>> look(Cluster cluster) {
        return cluster.describe(names()).thenCompose(found -> {
            Set<String> missing = new HashSet<>(names());
            missing.removeAll(found.keySet());
            if (missing.isEmpty() || !settings.createTopics()) {
                return CompletableFuture.completedFuture(whole(found));
            }
            return cluster.create(missing, compacted()).thenCompose(made -> appear(cluster, LOOKS));
        });
    }

    /** A topic that was just made is not known to every broker at once. */
    private CompletableFuture<Map<Topic, TopicState>> appear(Cluster cluster, int looks) {
        return cluster.describe(names()).thenCompose(found -> {
            if (looks == 1 || found.size() == names().size()) {
                return CompletableFuture.completedFuture(whole(found));
            }
            Executor later = CompletableFuture.delayedExecutor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return CompletableFuture.supplyAsync(() -> looks - 1, later).thenCompose(left -> appear(cluster, left));
        });
    }

    private Map<Topic, TopicState> whole(Map<String, TopicState> found) {
        Map<Topic, TopicState> all = new EnumMap<>(Topic.class);
        Set<String> missing = new TreeSet<>();
        for (Topic topic : Topic.values()) {
            TopicState state = found.get(settings.name(topic));
            if (state != null) {
                all.put(topic, state);
            } else if (topic != Topic.COMMANDS) {
                missing.add(settings.name(topic));
            }
        }
        if (!missing.isEmpty()) {
            throw new MissingException("these topics are missing: " + String.join(", ", missing)
                    + "; create them, or set kafka.createTopics");
        }
        return all;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            if (topic != Topic.COMMANDS || settings.commands().enabled()) {
                names.add(settings.name(topic));
            }
        }
        return names;
    }

    private Set<String> compacted() {
        Set<String> names = new HashSet<>();
        for (Topic topic : Topic.values()) {
            if (topic.compacted()) {
                names.add(settings.name(topic));
            }
        }
        return names;
    }
}
