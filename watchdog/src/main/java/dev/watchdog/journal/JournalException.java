package dev.watchdog.journal;

/** The journal could not do what was asked; the message is one line that names the cause and the next step. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** What kind of trouble it is. */
    public enum Reason {
        /** Another agent holds this journal. */
        LOCKED,
        /** Written by a newer version of the agent. */
        NEWER,
        /** Others than root could change it. */
        UNTRUSTED,
        /** No space, no permission, or the disk fails. */
        UNWRITABLE,
        /** What is there cannot be read as a journal. */
        DAMAGED,
        /** It was closed, or too much is waiting to be written. */
        UNAVAILABLE
    }

    public JournalException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public JournalException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
