package dev.watchdog.healing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the agent may do about a kind of fault. */
public enum Mode {
    /** Tell, never act. */
    OBSERVE,
    /** Tell, and wait for a person's approval before acting. */
    PROPOSE,
    /** Act. */
    HEAL;

    /** The lower-case word of the configuration file and the API. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException naming the allowed words
     */
    @JsonCreator
    public static Mode parse(String word) {
        for (Mode mode : values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("must be observe, propose or heal");
    }
}
