package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * Who called listen(2) on a Unix socket, as the kernel noted it then (SO_PEERCRED, unix(7)). Not necessarily who accepts:
 * systemd makes sockets for its services, and a process may have ended since and left its socket to another.
 *
 * @param pid 0 when it lives in another pid namespace, or is not known
 * @param uid its effective user then; -1 when it is not known
 */
record UnixPeer(int pid, int uid) {
    /** Somebody listens, and has so many callers waiting that the kernel does not tell who. */
    static final UnixPeer BUSY = new UnixPeer(0, -1);

    /** Of struct sockaddr_un. */
    private static final int FAMILY_BYTES = 2;

    /** Of struct ucred: pid, uid and gid. */
    private static final int CREDENTIALS_BYTES = 12;

    /**
     * Connects to the very file that is open, whatever may be at its path by now, and hangs up. Never blocks.
     *
     * @param file the socket's file, open with O_PATH
     * @return null when nobody listens
     */
    static @Nullable UnixPeer of(Descriptor file) throws ErrnoException {
        int type = Abi.SOCK_STREAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;
        int fd = Libc.check(Libc.socket(Abi.AF_UNIX, type, 0), "socket", "AF_UNIX");
        int held = file.hold();
        try {
            if (connect(fd, "/proc/self/fd/" + held) == 0) {
                return credentials(fd, file);
            }
            int errno = Libc.errno();
            if (errno == Errno.EAGAIN) {
                return BUSY;
            }
            if (errno == Errno.ECONNREFUSED) {
                return null;
            }
            throw new ErrnoException("connect", file, errno);
        } finally {
            file.release();
            int ignored = Libc.close(fd);
        }
    }

    private static int connect(int fd, String path) {
        Scratch scratch = Scratch.own();
        byte[] name = PathBytes.encode(path);
        scratch.record.putShort(0, (short) Abi.AF_UNIX);
        for (int i = 0; i < name.length; i++) {
            scratch.record.put(FAMILY_BYTES + i, name[i]);
        }
        scratch.record.put(FAMILY_BYTES + name.length, (byte) 0);
        return Libc.connect(fd, scratch.recordAddress, FAMILY_BYTES + name.length + 1);
    }

    private static UnixPeer credentials(int fd, Descriptor file) throws ErrnoException {
        Scratch scratch = Scratch.own();
        scratch.record.putInt(CREDENTIALS_BYTES, CREDENTIALS_BYTES);
        int result = Libc.getsockopt(
                fd, Abi.SOL_SOCKET, Abi.SO_PEERCRED, scratch.recordAddress, scratch.recordAddress + CREDENTIALS_BYTES);
        Libc.check(result, "getsockopt SO_PEERCRED", file);
        return new UnixPeer(scratch.record.getInt(0), scratch.record.getInt(4));
    }

    boolean isBusy() {
        return equals(BUSY);
    }
}
