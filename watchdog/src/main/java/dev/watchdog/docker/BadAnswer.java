package dev.watchdog.docker;

import java.io.IOException;

/** What came is not what an engine says, or more than anyone needs of it. */
final class BadAnswer extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean tooLarge;

    /** Of what no engine says. */
    BadAnswer(String message) {
        super(message);
        tooLarge = false;
    }

    private BadAnswer(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    static BadAnswer tooLarge(String message) {
        return new BadAnswer(message, true);
    }

    /** An engine may well say so much. */
    boolean isTooLarge() {
        return tooLarge;
    }
}
