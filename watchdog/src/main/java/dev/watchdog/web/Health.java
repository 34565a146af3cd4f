package dev.watchdog.web;

import java.util.List;

/**
 * What the agent knows of its own health. Asked on an event loop at each probe: answers from memory, never blocks.
 */
public interface Health {
    /** Whether the process still turns. A restart must help: so nothing outside the process counts here. */
    List<Check> live();

    /** Whether it does its work now. */
    List<Check> ready();

    /**
     * One reason.
     *
     * @param detail one line for people: what is wrong, or what is right
     */
    record Check(String name, boolean ok, String detail) {}
}
