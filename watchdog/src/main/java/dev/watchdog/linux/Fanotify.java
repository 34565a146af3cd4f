package dev.watchdog.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One fanotify group that hears of every mount attached or detached in one mount namespace (fanotify(7), FAN_REPORT_MNT
 * and FAN_MARK_MNTNS, Linux 6.15 and newer). The mark does not keep the namespace alive, and goes with it; closing the
 * group takes the mark away as well.
 */
final class Fanotify {
    /** A hundred records; the kernel gives whole ones only. */
    static final int ROOM = 4_096;

    private static final int VERSION = 3;
    private static final int INFO_HEADER = 4;
    private static final int INFO_MOUNT_ID = 8;

    private Fanotify() {}

    /** Who is told of each record. */
    interface Heard {
        void mount(boolean detached, long mountId, int pid);

        /** Records were lost: the queue was full (fs.fanotify.max_queued_events). */
        void overflow();
    }

    /** An empty group; fails with EINVAL or ENOSYS where the kernel has no such events, with EPERM without CAP_SYS_ADMIN. */
    static Descriptor group() throws ErrnoException {
        int flags = Abi.FAN_CLOEXEC | Abi.FAN_NONBLOCK | Abi.FAN_REPORT_MNT;
        long fd = Libc.syscall(Abi.SYS_FANOTIFY_INIT, flags, 0, 0, 0, 0);
        return new Descriptor(Libc.check(fd, "fanotify_init", "FAN_REPORT_MNT"), "fanotify");
    }

    /** Lets a group hear of the namespace that a process lives in; once more changes nothing. */
    static void mark(Descriptor group, int pid) throws ErrnoException {
        try (Descriptor namespace = Descriptor.open(Abi.AT_FDCWD, "/proc/" + pid + "/ns/mnt", 0)) {
            long mask = Abi.FAN_MNT_ATTACH | Abi.FAN_MNT_DETACH;
            long result = Libc.syscall(
                    Abi.SYS_FANOTIFY_MARK,
                    group.hold(),
                    Abi.FAN_MARK_ADD | Abi.FAN_MARK_MNTNS,
                    mask,
                    namespace.hold(),
                    0);
            int failure = result < 0 ? Libc.errno() : 0;
            group.release();
            namespace.release();
            if (failure != 0) {
                throw new ErrnoException("fanotify_mark", namespace, failure);
            }
        }
    }

    /** Reads what is there, into a buffer of {@link #ROOM} bytes; false when there was nothing. */
    static boolean read(Descriptor group, byte[] buffer, Heard heard) throws IOException {
        int held = group.hold();
        try {
            long count = Libc.read(held, buffer, buffer.length);
            if (count < 0 && (Libc.errno() == Errno.EAGAIN || Libc.errno() == Errno.EINTR)) {
                return false;
            }
            parse(ByteBuffer.wrap(buffer, 0, Libc.check(count, "read", group)), heard);
            return count > 0;
        } finally {
            group.release();
        }
    }

    /** struct fanotify_event_metadata and what follows it, include/uapi/linux/fanotify.h. */
    static void parse(ByteBuffer bytes, Heard heard) throws IOException {
        ByteBuffer in = bytes.order(ByteOrder.nativeOrder());
        int start = in.position();
        while (start < in.limit()) {
            int length = in.limit() - start < At.SIZE ? 0 : in.getInt(start);
            if (length < At.SIZE || start + length > in.limit() || in.get(start + At.VERSION) != VERSION) {
                throw new IOException("the kernel's mount events are in a form that is not known");
            }
            tell(in, start, start + length, heard);
            start += length;
        }
    }

    private static void tell(ByteBuffer in, int start, int end, Heard heard) {
        long mask = in.getLong(start + At.MASK);
        if ((mask & Abi.FAN_Q_OVERFLOW) != 0) {
            heard.overflow();
        }
        int pid = in.getInt(start + At.PID);
        int info = start + Short.toUnsignedInt(in.getShort(start + At.METADATA_LENGTH));
        while (info + INFO_HEADER <= end) {
            int length = Short.toUnsignedInt(in.getShort(info + 2));
            if (length < INFO_HEADER || info + length > end) {
                return;
            }
            if (in.get(info) == Abi.FAN_EVENT_INFO_TYPE_MNT && length >= INFO_MOUNT_ID + Long.BYTES) {
                long mount = in.getLong(info + INFO_MOUNT_ID);
                // what happened twice before it was read may be one record
                if ((mask & Abi.FAN_MNT_ATTACH) != 0) {
                    heard.mount(false, mount, pid);
                }
                if ((mask & Abi.FAN_MNT_DETACH) != 0) {
                    heard.mount(true, mount, pid);
                }
            }
            info += length;
        }
    }

    /** Offsets of struct fanotify_event_metadata. */
    private static final class At {
        static final int VERSION = 4;
        static final int METADATA_LENGTH = 6;
        static final int MASK = 8;
        static final int PID = 20;
        static final int SIZE = 24;

        private At() {}
    }
}
