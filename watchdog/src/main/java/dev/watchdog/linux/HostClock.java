package dev.watchdog.linux;

/** Where the time comes from; nothing else in the agent asks for it. Safe to call from any thread. */
@FunctionalInterface
public interface HostClock {
    Moment now();
}
