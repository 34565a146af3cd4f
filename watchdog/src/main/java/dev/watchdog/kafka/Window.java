package dev.watchdog.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which entries of the journal are on their way, and up to which one all are acknowledged. Bounded, so that the journal
 * stays the buffer while no broker answers. Not safe for use by several threads.
 */
final class Window {
    private static final int MOST = 4_000;
    private static final long MOST_BYTES = 2 << 20;

    private final Deque<Slot> slots = new ArrayDeque<>();
    private long acknowledged;
    private long bytes;

    /** Makes an empty one; {@code acknowledged} and all before it have been delivered. */
    Window(long acknowledged) {
        this.acknowledged = acknowledged;
    }

    /** An entry that is on its way. */
    static final class Slot {
        private final long id;
        private final int size;
        private boolean done;

        private Slot(long id, int size) {
            this.id = id;
            this.size = size;
        }
    }

    /** True while more may be put on its way; one entry always may. */
    boolean hasRoom() {
        return slots.isEmpty() || (slots.size() < MOST && bytes < MOST_BYTES);
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Puts the next entry on its way; ids rise. */
    Slot add(long id, int size) {
        Slot slot = new Slot(id, size);
        slots.addLast(slot);
        bytes += size;
        return slot;
    }

    /** This one is delivered, or never will be. */
    void done(Slot slot) {
        slot.done = true;
        for (Slot first = slots.peekFirst(); first != null && first.done; first = slots.peekFirst()) {
            slots.removeFirst();
            bytes -= first.size;
            acknowledged = first.id;
        }
    }

    /** All up to this id are delivered. */
    long acknowledged() {
        return acknowledged;
    }

    /** Passes over entries that cannot be read, when nothing is on its way. */
    void skip(long id) {
        if (slots.isEmpty()) {
            acknowledged = Math.max(acknowledged, id);
        }
    }

    /** Forgets what is on its way: it has to be sent again. */
    void rewind() {
        slots.clear();
        bytes = 0;
    }
}
