package dev.watchdog.agent;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the whole key, such as {@code journal.maxSize}
 * @param what what is wrong, and what is allowed
 */
public record Problem(String key, String what, Source source) {
    @Override
    public String toString() {
        return (key.isEmpty() ? "" : key + ": ") + what + " (" + source + ")";
    }
}
