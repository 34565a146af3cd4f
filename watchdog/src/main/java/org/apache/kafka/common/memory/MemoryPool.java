package org.apache.kafka.common.memory;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's interface of this name, which this one comes before on the class path, with one difference: {@link #NONE},
 * from which every client gets the memory for an answer, does not give whatever a broker says that its answer has.
 * Kafka offers no other way: its clients have no limit of their own (KAFKA-4090), and whoever answers four bytes, be it
 * a broker that lies or a port on which TLS is spoken, has them allocate up to 2 GiB, before anybody has logged in. A
 * test holds it to the interface in the jar of kafka-clients.
 */
public interface MemoryPool {
    /** Of the property that says how many bytes an answer may have; without it there is no limit. Read each time. */
    String LIMIT = "watchdog.kafka.answerBytes";

    /** Gives new memory each time. */
    MemoryPool NONE = new LimitedMemory();

    /** A buffer of exactly this size, or null while there is no memory for it. */
    @Nullable ByteBuffer tryAllocate(int size);

    /** Takes a buffer back. */
    void release(ByteBuffer buffer);

    /** How many bytes there are in all. */
    long size();

    /** How many bytes are left; may be negative. */
    long availableMemory();

    /** True while nothing is left. */
    boolean isOutOfMemory();
}
