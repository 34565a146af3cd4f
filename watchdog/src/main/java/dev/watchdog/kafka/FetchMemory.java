package dev.watchdog.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.network.InvalidReceiveException;

/**
 * Gives room for one answer of a broker, whose size comes before it; none for one of more than
 * {@link FetchLimits#ANSWER_BYTES}, and the connection is closed. Confined to the client's thread.
 */
final class FetchMemory implements MemoryPool {
    private boolean refused;

    /** True if an answer was refused since this was asked. */
    boolean takeRefused() {
        boolean was = refused;
        refused = false;
        return was;
    }

    @Override
    public ByteBuffer tryAllocate(int size) {
        if (size > FetchLimits.ANSWER_BYTES) {
            refused = true;
            throw new InvalidReceiveException(
                    "an answer of " + size + " bytes is refused: at most " + FetchLimits.ANSWER_BYTES + " are read");
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
}
