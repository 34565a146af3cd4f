package dev.watchdog.kafka;

import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;

/** A channel from which these bytes come. */
final class GivenBytes implements ScatteringByteChannel {
    private final ByteBuffer left;

    GivenBytes(byte[] bytes) {
        left = ByteBuffer.wrap(bytes);
    }

    @Override
    public int read(ByteBuffer target) {
        int count = 0;
        for (; target.hasRemaining() && left.hasRemaining(); count++) {
            target.put(left.get());
        }
        return count;
    }

    @Override
    public long read(ByteBuffer[] targets) {
        return read(targets, 0, targets.length);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        long count = 0;
        for (int i = offset; i < offset + length; i++) {
            count += read(targets[i]);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
