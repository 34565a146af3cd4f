package org.apache.kafka.common.memory;

import java.nio.ByteBuffer;
import org.apache.kafka.common.network.InvalidReceiveException;

/** The heap, up to {@link MemoryPool#LIMIT} at once. Refusing makes Kafka close the connection and try again later. */
final class LimitedMemory implements MemoryPool {
    @Override
    public ByteBuffer tryAllocate(int size) {
        int most = Integer.getInteger(LIMIT, Integer.MAX_VALUE);
        if (size > most) {
            throw new InvalidReceiveException(
                    "an answer of " + size + " bytes is refused: at most " + most + " are read");
        }
        return ByteBuffer.allocate(size);
    }

    /** The garbage collector's. */
    @Override
    public void release(ByteBuffer buffer) {}

    @Override
    public long size() {
        return Long.MAX_VALUE;
    }

    @Override
    public long availableMemory() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isOutOfMemory() {
        return false;
    }

    @Override
    public String toString() {
        return "NONE";
    }
}
