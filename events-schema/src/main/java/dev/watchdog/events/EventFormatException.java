package dev.watchdog.events;

/**
 * Something is not an event as the contract has it, or is too large for it. The message is one line without control
 * characters, whatever the input held. A reader of a stream sets such an entry aside and goes on with the next.
 */
public final class EventFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EventFormatException(String message, Throwable cause) {
        super(Text.line(message), cause);
    }

    EventFormatException(String message) {
        super(Text.line(message));
    }
}
