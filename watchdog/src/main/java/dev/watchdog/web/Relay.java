package dev.watchdog.web;

import org.jspecify.annotations.Nullable;

/**
 * How far the journal has come on its way to Kafka.
 *
 * @param connected true while the brokers take what is sent
 * @param why not; null while connected
 * @param cursor the id of the last entry that Kafka has
 * @param lag how many entries it does not have yet
 */
public record Relay(boolean connected, @Nullable String why, long cursor, long lag) {}
