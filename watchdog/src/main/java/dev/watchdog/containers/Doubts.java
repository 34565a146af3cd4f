package dev.watchdog.containers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** Files that are not believed, each logged once until it is wrong in another way or has been right. On any thread. */
final class Doubts {
    /** Beyond it all are forgotten, and those that remain are logged once more. */
    private static final int MOST = 10_000;

    private final Logger log;
    private final Map<String, String> told = new ConcurrentHashMap<>();

    Doubts(Logger log) {
        this.log = log;
    }

    void doubt(String file, String why) {
        if (told.size() >= MOST) {
            told.clear();
        }
        if (!why.equals(told.put(file, why))) {
            log.warn("{} is not believed: {}", file, why);
        }
    }

    void believe(String file) {
        told.remove(file);
    }
}
