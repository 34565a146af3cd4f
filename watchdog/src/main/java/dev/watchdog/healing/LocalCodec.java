package dev.watchdog.healing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands an immutable record over as it is; there is no wire. */
final class LocalCodec<T> implements MessageCodec<T, T> {
    private static final byte NOT_A_SYSTEM_CODEC = -1;

    private final String name;

    LocalCodec(Class<T> type) {
        this.name = type.getName();
    }

    @Override
    public void encodeToWire(Buffer buffer, T record) {
        throw new IllegalStateException(name + " never leaves the process");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new IllegalStateException(name + " never leaves the process");
    }

    @Override
    public T transform(T record) {
        return record;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return NOT_A_SYSTEM_CODEC;
    }
}
