package dev.watchdog.docker;

/** Why an engine did not answer; the message is one line that names the cause and the next step. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final int status;

    /** The causes told apart. */
    public enum Reason {
        /** Nothing listens there. */
        ABSENT,
        /** The socket may not be opened. */
        DENIED,
        /** No answer within the deadline. */
        TIMEOUT,
        /** The connection ended before the answer did. */
        CUT,
        /** The answer is not what an engine says, or too large. */
        GARBAGE,
        /** The engine answered with an error status. */
        REFUSED,
        /** Too many calls wait already. */
        BUSY,
        /** {@link Engine#close} was called. */
        CLOSED
    }

    EngineException(Reason reason, String message) {
        this(reason, 0, message, null);
    }

    EngineException(Reason reason, int status, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.status = status;
    }

    public Reason reason() {
        return reason;
    }

    /** The HTTP status of {@link Reason#REFUSED}; 0 otherwise. */
    public int status() {
        return status;
    }

    /** Whether the engine says that there is no such container (404). */
    public boolean gone() {
        return status == 404;
    }
}
