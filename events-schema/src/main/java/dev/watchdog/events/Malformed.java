package dev.watchdog.events;

/** Bytes from outside are not what they must be. The message is for people and repeats nothing of them. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    /** Without a stack trace: whoever sends rubbish must not make it expensive. */
    Malformed(String message) {
        super(message, null, false, false);
    }
}
