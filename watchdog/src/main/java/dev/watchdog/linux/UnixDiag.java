package dev.watchdog.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * Which listening Unix socket a file belongs to, as the kernel has it (sock_diag(7)): by the file's inode, not by what
 * somebody called the socket when it was made. The kernel tells only of one network namespace at a time. However many
 * sockets there are, one buffer of them is held.
 */
final class UnixDiag {
    private static final int BUFFER_BYTES = 1 << 15;
    /** More than one socket is never bound to one file; inodes are told by their lower half. */
    private static final int MOST_FOUND = 16;

    private static final int HEADER_BYTES = 16;
    private static final int REQUEST_BYTES = 24;
    private static final int MESSAGE_BYTES = 16;
    private static final int ATTRIBUTE_BYTES = 4;
    private static final int ALIGNMENT = 4;

    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int UDIAG_SHOW_VFS = 2;
    private static final int UNIX_DIAG_VFS = 1;
    private static final int TCP_LISTEN = 10;
    /** Of the kernel's own dev_t, include/linux/kdev_t.h. */
    private static final int MINOR_BITS = 20;

    private UnixDiag() {}

    /**
     * The inodes of the listening sockets that are bound to a file, of this thread's network namespace, or where there is
     * none, of another process's: a socket belongs to the one that it was made in.
     *
     * @param other the process, or 0
     * @return empty as well where the kernel does not tell (CONFIG_UNIX_DIAG), or tells another device than stat(2) does
     *     (btrfs and overlay have more than one)
     */
    static Set<Long> listening(FileStatus file, int other) throws IOException {
        Set<Long> own = listening(file);
        if (!own.isEmpty() || other <= 0) {
            return own;
        }
        try (Descriptor network = Procfs.open(other + "/ns/net", 0)) {
            return in(network, file);
        } catch (ErrnoException e) {
            // it has ended, or may not be looked into
            return own;
        }
    }

    /** On a thread of its own, which ends there. */
    private static Set<Long> in(Descriptor network, FileStatus file) throws IOException {
        try (PrivateThread thread = new PrivateThread("unix-diag")) {
            return thread.call(() -> {
                int held = network.hold();
                try {
                    Libc.check(Libc.setns(held, Abi.CLONE_NEWNET), "setns", network);
                } finally {
                    network.release();
                }
                return listening(file);
            });
        }
    }

    private static Set<Long> listening(FileStatus file) throws ErrnoException {
        Set<Long> found = new HashSet<>();
        int fd = Libc.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Abi.NETLINK_SOCK_DIAG);
        if (fd < 0) {
            return found;
        }
        try (Descriptor netlink = new Descriptor(fd, "sock_diag")) {
            byte[] request = request();
            if (Libc.write(fd, request, request.length) != request.length) {
                return found;
            }
            byte[] buffer = new byte[BUFFER_BYTES];
            boolean more = true;
            while (more) {
                int count = Libc.check(Libc.read(fd, buffer, buffer.length), "read", netlink);
                more = count > 0 && read(ByteBuffer.wrap(buffer, 0, count).order(ByteOrder.nativeOrder()), file, found);
            }
        }
        return found;
    }

    /** struct nlmsghdr and struct unix_diag_req: all that listen, with what they are bound to. */
    private static byte[] request() {
        return ByteBuffer.allocate(HEADER_BYTES + REQUEST_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(HEADER_BYTES + REQUEST_BYTES)
                .putShort((short) SOCK_DIAG_BY_FAMILY)
                .putShort((short) (NLM_F_REQUEST | NLM_F_DUMP))
                .putLong(0)
                .put((byte) Abi.AF_UNIX)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(1 << TCP_LISTEN)
                .putInt(0)
                .putInt(UDIAG_SHOW_VFS)
                .array();
    }

    /** Reads what came at once; false when that was the end. */
    static boolean read(ByteBuffer messages, FileStatus file, Set<Long> found) {
        while (messages.remaining() >= HEADER_BYTES) {
            int start = messages.position();
            int length = messages.getInt(start);
            int type = messages.getShort(start + 4);
            if (length < HEADER_BYTES
                    || length > messages.remaining()
                    || type == NLMSG_DONE
                    || type == NLMSG_ERROR
                    || found.size() >= MOST_FOUND) {
                return false;
            }
            if (type == SOCK_DIAG_BY_FAMILY
                    && length >= HEADER_BYTES + MESSAGE_BYTES
                    && isBoundTo(messages, start + HEADER_BYTES + MESSAGE_BYTES, start + length, file)) {
                found.add(Integer.toUnsignedLong(messages.getInt(start + HEADER_BYTES + 4)));
            }
            messages.position(Math.min(messages.limit(), start + aligned(length)));
        }
        return true;
    }

    /** By its attributes: the length and the type of each come first. */
    private static boolean isBoundTo(ByteBuffer message, int from, int to, FileStatus file) {
        int at = from;
        while (at + ATTRIBUTE_BYTES <= to) {
            int length = Short.toUnsignedInt(message.getShort(at));
            int type = message.getShort(at + 2);
            if (type == UNIX_DIAG_VFS && at + ATTRIBUTE_BYTES + 8 <= to) {
                int inode = message.getInt(at + ATTRIBUTE_BYTES);
                int device = message.getInt(at + ATTRIBUTE_BYTES + 4);
                return inode == (int) file.inode() && device == (file.major() << MINOR_BITS | file.minor());
            }
            at += Math.max(ATTRIBUTE_BYTES, aligned(length));
        }
        return false;
    }

    private static int aligned(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
