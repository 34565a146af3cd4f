package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much an event matters to a person on call; the names are those of the CloudEvents severity extension. */
public enum Severity {
    INFO,
    WARN,
    ERROR;

    /** The {@code severitytext} of the CloudEvents extension. */
    @JsonValue
    public String text() {
        return name();
    }

    /** The lower-case word people and JSON readers of the API see. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
