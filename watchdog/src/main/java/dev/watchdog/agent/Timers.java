package dev.watchdog.agent;

import java.time.Duration;

/** Something that calls back later; tests let the time pass themselves. */
@FunctionalInterface
interface Timers {
    void after(Duration delay, Runnable task);
}
