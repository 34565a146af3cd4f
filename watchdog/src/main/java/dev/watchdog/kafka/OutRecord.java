package dev.watchdog.kafka;

import dev.watchdog.events.Message;
import dev.watchdog.events.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written.
 *
 * @param key of the record
 * @param message the CloudEvent; null says that what had this key is gone
 */
record OutRecord(Topic topic, String key, @Nullable Message message) {}
