package dev.watchdog.kafka;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A topic of commands with one partition in memory, which is read from where it is told to. Safe to use from any thread. */
final class PretendTopic {
    private final List<Incoming> records = new ArrayList<>();

    synchronized void add(Incoming record) {
        records.add(record);
    }

    synchronized int size() {
        return records.size();
    }

    private synchronized List<Incoming> from(int offset) {
        return List.copyOf(records.subList(offset, records.size()));
    }

    /** One who reads it. */
    CommandSource reader(io.vertx.core.Vertx vertx) {
        return new CommandSource() {
            private int position;

            @Override
            public Future<Layout> layout() {
                return Future.succeededFuture(new Layout("t1", 1));
            }

            @Override
            public Future<Void> assign(Map<Integer, Optional<Long>> offsets) {
                position = offsets.getOrDefault(0, Optional.empty()).orElse(0L).intValue();
                return Future.succeededFuture();
            }

            @Override
            public Future<Polled> poll() {
                List<Incoming> next = from(position);
                position += next.size();
                return vertx.timer(20).map(passed -> new Polled(next, List.of(), true));
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        };
    }
}
