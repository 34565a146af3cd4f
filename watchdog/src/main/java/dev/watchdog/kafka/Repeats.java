package dev.watchdog.kafka;

import dev.watchdog.events.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Answers that are to be sent once more, for somebody sent a command again. Safe to use from any thread. */
final class Repeats {
    private static final int MOST = 1_000;

    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MOST);
    private volatile Runnable more = () -> {};

    /** Has it sent again, under the id it was given. When too many wait it is dropped: who asks again gets it then. */
    void again(Event answer) {
        if (waiting.offer(answer)) {
            more.run();
        }
    }

    void listen(Runnable listener) {
        more = listener;
    }

    List<Event> drain() {
        List<Event> all = new ArrayList<>();
        waiting.drainTo(all);
        return all;
    }
}
