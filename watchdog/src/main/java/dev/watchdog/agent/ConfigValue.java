package dev.watchdog.agent;

/**
 * One value of the effective configuration.
 *
 * @param key the whole key, such as {@code journal.maxSize}
 * @param value as one would write it
 */
public record ConfigValue(String key, String value, Source source) {}
