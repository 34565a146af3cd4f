package dev.watchdog.kafka;

import dev.watchdog.events.Event;

/** What becomes of a command from somebody known. */
sealed interface Ruling {
    /** It was answered before: it gets the same answer again. */
    record Again(Event answer) implements Ruling {}

    /** It was accepted before and will be answered. */
    record Underway() implements Ruling {}

    /** Another command has its id, and has or gets the one answer: a dead letter. */
    record Refused(String why) implements Ruling {}

    /**
     * It is not carried out, and gets a final answer that says so.
     *
     * @param expired because it came too late; else it is rejected
     */
    record Denied(boolean expired, String why) implements Ruling {}

    /** The healer is asked. */
    record Taken() implements Ruling {}
}
