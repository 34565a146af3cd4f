package dev.watchdog.events;

/** The two ways in which a CloudEvent can be a record of Kafka. */
public enum ContentMode {
    /** The value holds attributes and data; one header names its media type. */
    STRUCTURED,
    /** The attributes are headers, and the value is the data alone. */
    BINARY
}
