/**
 * The door to Kafka: what the journal holds goes out, what others command comes in. Nothing else waits for it: a broker
 * that hangs or is away stops this room's own threads. No class of Kafka's is loaded as long as no broker is configured.
 */
@NullMarked
package dev.watchdog.kafka;

import org.jspecify.annotations.NullMarked;
