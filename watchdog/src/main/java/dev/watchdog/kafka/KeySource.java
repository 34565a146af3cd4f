package dev.watchdog.kafka;

import org.jspecify.annotations.Nullable;

/** Where the key ring comes from. Asked every few seconds on a worker thread; may block for a moment. */
@FunctionalInterface
public interface KeySource {
    /**
     * The ring as it is now.
     *
     * @throws Unreadable if it cannot be trusted: then nobody is
     */
    KeyRing read() throws Unreadable;

    /** The ring is there and cannot be used; the message says everything that is wrong, in one line. */
    final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        public Unreadable(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }
}
