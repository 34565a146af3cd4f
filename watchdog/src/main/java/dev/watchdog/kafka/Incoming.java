package dev.watchdog.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record of the commands' topic, as it came. Nobody changes its arrays: they are handed on as they are. */
final class Incoming {
    private final String topic;
    private final int partition;
    private final long offset;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Map<String, String> headers;
    private final boolean headersTwice;
    private final @Nullable Unread unread;

    /**
     * Why there is no value here although the record may have one.
     *
     * @param bytes the size of what was not read
     * @param anybodys true if its key was not read either: whom it was for is not known
     */
    record Unread(String why, int bytes, boolean anybodys) {}

    /**
     * Holds a record.
     *
     * @param key null for a record without one
     * @param value null for a record without one
     * @param headers by name; values that are no UTF-8 are held with replacement characters, which no command has
     * @param headersTwice true if a header came twice: then {@code headers} cannot tell which one counts
     */
    Incoming(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Map<String, String> headers,
            boolean headersTwice) {
        this(topic, partition, offset, key, value, headers, headersTwice, null);
    }

    private Incoming(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Map<String, String> headers,
            boolean headersTwice,
            @Nullable Unread unread) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.key = key;
        this.value = value;
        this.headers = Map.copyOf(headers);
        this.headersTwice = headersTwice;
        this.unread = unread;
    }

    /** One of which only the key was read. */
    static Incoming unread(String topic, int partition, long offset, byte @Nullable [] key, int bytes, String why) {
        return new Incoming(topic, partition, offset, key, null, Map.of(), false, new Unread(why, bytes, false));
    }

    /** One of which nothing was read; it stands for those before it that were not read either. */
    static Incoming unreadByAnybody(String topic, int partition, long offset, int bytes, String why) {
        return new Incoming(topic, partition, offset, null, null, Map.of(), false, new Unread(why, bytes, true));
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    byte @Nullable [] value() {
        return value;
    }

    Map<String, String> headers() {
        return headers;
    }

    boolean headersTwice() {
        return headersTwice;
    }

    /** Why it was not read; null for one that was. */
    @Nullable Unread unread() {
        return unread;
    }

    /** The size of its value, or of what was not read. */
    int bytes() {
        if (unread != null) {
            return unread.bytes();
        }
        return value == null ? 0 : value.length;
    }

    /** Whom it is for, if one host: the key as text; empty for a record for whoever it concerns; null if it is no text. */
    @Nullable String addressee() {
        if (key == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
