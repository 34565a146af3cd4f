package dev.watchdog.events;

import java.util.Locale;

/**
 * The topics, and which type goes to which. A topic's full name is a prefix that the operator chose and {@link #word}.
 */
public enum Topic {
    /** What is broken and what cannot be seen; key: the host. */
    FAULTS,
    /** What was done about it and what not; key: the host. */
    ACTIONS,
    /** What others ask for; key: the host, or nothing when labels select the hosts. */
    COMMANDS,
    /** What became of that; key: the host. */
    REPLIES,
    /** Each subject as it is now, compacted; key: host, slash, subject. */
    INVENTORY,
    /** Each host as it is now, compacted; key: the host. */
    HOSTS,
    /** What could not be read, and what could not be delivered; key: the host. */
    DEAD_LETTERS;

    /** The usual prefix. */
    public static final String PREFIX = "watchdog.";

    /** The name without the prefix, such as {@code dead-letters}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name with a prefix, such as {@link #PREFIX}. */
    public String named(String prefix) {
        return prefix + word();
    }

    /** True when Kafka may forget all but the newest record of a key, and null for a key means it has gone. */
    public boolean compacted() {
        return this == INVENTORY || this == HOSTS;
    }

    /** Where an entry of the journal goes. */
    public static Topic of(EventData data) {
        return of(EventTypes.nameOf(data));
    }

    /**
     * Where records of a CloudEvents type go; decided by the noun in it.
     *
     * @throws IllegalArgumentException for a noun that this version does not know
     */
    public static Topic of(String type) {
        if (type.equals(CommandRequest.TYPE)) {
            return COMMANDS;
        }
        String[] parts = type.split("\\.", -1);
        return switch (parts.length == 5 ? parts[2] : "") {
            case "fault", "sensor", "journal" -> FAULTS;
            case "action" -> ACTIONS;
            case "command" -> REPLIES;
            case "record" -> DEAD_LETTERS;
            case "host" -> HOSTS;
            case "subject" -> INVENTORY;
            default -> throw new IllegalArgumentException("no topic is known for this type");
        };
    }
}
