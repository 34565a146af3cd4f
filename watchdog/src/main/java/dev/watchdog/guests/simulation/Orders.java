package dev.watchdog.guests.simulation;

/** Where a rule's orders go. */
@FunctionalInterface
interface Orders {
    void set(Machine machine, double target);
}
