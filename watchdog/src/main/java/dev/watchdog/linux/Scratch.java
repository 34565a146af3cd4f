package dev.watchdog.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A few kilobytes of native memory of the calling thread, so that the calls a probe makes thousands of times a second
 * allocate nothing. What a method writes is good until the same method is called again on the same thread.
 */
final class Scratch {
    /** PATH_MAX of limits.h, with the closing NUL. */
    private static final int PATH_MAX = 4096;

    private static final int PATH_ROOM = 3 * PATH_MAX;
    private static final int RECORD_ROOM = 256;
    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    /** For one struct of up to 256 bytes: statx, open_how, mount_attr, timespec. */
    final ByteBuffer record;

    final long recordAddress;
    private final ByteBuffer path;
    private final long pathAddress;

    private Scratch() {
        ByteBuffer all = ByteBuffer.allocateDirect(PATH_ROOM + RECORD_ROOM + 64).alignedSlice(8);
        record = all.slice(0, RECORD_ROOM).order(ByteOrder.nativeOrder());
        path = all.slice(RECORD_ROOM, PATH_ROOM + 1);
        recordAddress = Pointer.nativeValue(Native.getDirectBufferPointer(record));
        pathAddress = Pointer.nativeValue(Native.getDirectBufferPointer(path));
    }

    static Scratch own() {
        return OWN.get();
    }

    /** The address of the path as a C string. */
    long path(String text) throws ErrnoException {
        if (text.length() >= PATH_MAX) {
            throw new ErrnoException("path", text.substring(0, 64) + "…", Errno.ENAMETOOLONG);
        }
        path.clear();
        PathBytes.encode(text, path);
        path.put((byte) 0);
        return pathAddress;
    }
}
