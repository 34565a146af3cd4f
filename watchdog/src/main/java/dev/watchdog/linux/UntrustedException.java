package dev.watchdog.linux;

import java.io.IOException;

/** Somebody or something is not proven to be root's. The message, in one line, says which piece of the proof is missing. */
public final class UntrustedException extends IOException {
    private static final long serialVersionUID = 1L;

    UntrustedException(String why) {
        super(OneLine.of(why));
    }
}
