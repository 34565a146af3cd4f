package dev.watchdog.kafka;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands' topic, read by partitions and offsets that the caller chooses: no consumer group, nothing committed.
 * Called from one context, one call at a time; futures complete there.
 */
interface CommandSource {
    /** How the topic is laid out now. Fails with {@link MissingTopic} while there is none. */
    Future<Layout> layout();

    /** From now on exactly these partitions are read, from these offsets; from the oldest record where there is none. */
    Future<Void> assign(Map<Integer, Optional<Long>> offsets);

    /** What came next; nothing, when nothing came within about ten seconds. */
    Future<Polled> poll();

    /** Completes when nothing of it is left, or is given up on after a few seconds. */
    Future<Void> close();

    /**
     * How a topic is laid out.
     *
     * @param topicId made with the topic: one that was deleted and made anew has another
     */
    record Layout(String topicId, int partitions) {}

    /**
     * What came.
     *
     * @param records in the order of each partition
     * @param jumps where reading could not go on; it goes on with the oldest record there is
     * @param answered false: no broker has answered a fetch since the last poll, not even that there is nothing
     */
    record Polled(List<Incoming> records, List<Jump> jumps, boolean answered) {
        public Polled {
            records = List.copyOf(records);
            jumps = List.copyOf(jumps);
        }
    }

    /** A partition that does not have the wanted offset any more, or never had. */
    record Jump(int partition, long wanted, long oldest) {}

    /** The topic is there, and what is in it does not arrive. */
    final class Undelivered extends Exception {
        private static final long serialVersionUID = 1;

        Undelivered() {
            super("the commands' topic is there, but what is in it does not arrive in time: if the way to the brokers"
                    + " is slow, raise request.timeout.ms in kafka.properties");
        }
    }

    /** The topic has more partitions than anybody needs. */
    final class TooManyPartitions extends Exception {
        private static final long serialVersionUID = 1;

        TooManyPartitions(String topic, int partitions) {
            super("the topic " + topic + " has " + partitions + " partitions, at most " + FetchLimits.PARTITIONS
                    + " are read");
        }
    }

    /** There is no such topic. */
    final class MissingTopic extends Exception {
        private static final long serialVersionUID = 1;

        MissingTopic(String topic) {
            super("there is no topic " + topic);
        }
    }
}
