package dev.watchdog.linux;

/** Who did it, or why that cannot be told. */
public sealed interface Attribution {
    /** The kernel told. */
    record Known(MountDeed deed) implements Attribution {}

    /** It did not, or nobody listened. */
    record NotKnown(String why) implements Attribution {}
}
