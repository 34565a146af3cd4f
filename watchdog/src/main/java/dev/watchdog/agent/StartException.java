package dev.watchdog.agent;

/** The agent cannot start; the message is one line that names the cause and the next step. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
