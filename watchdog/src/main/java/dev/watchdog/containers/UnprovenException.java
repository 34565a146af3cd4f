package dev.watchdog.containers;

/** It could not be proved whose root a root is, or who needs to see it; nothing is done then. */
final class UnprovenException extends Exception {
    private static final long serialVersionUID = 1;

    UnprovenException(String message) {
        super(message);
    }
}
