package dev.watchdog.linux;

import com.sun.jna.Native;

/**
 * The C library by JNA direct mapping. A {@code long} stands for a pointer, a size or a 64-bit integer: only 64-bit
 * machines are supported. One name that the C library does not have would take this whole class down, so calls younger
 * than the oldest one supported (glibc 2.17: no statx, no pidfd_open) go through {@code syscall}, which takes its arguments in registers on both architectures, so a fixed number of them is right.
 *
 * <p>JNA keeps errno of the last call of each thread; {@link #errno} is only right when asked before the next call.
 */
final class Libc {
    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native long syscall(long number, long a, long b, long c, long d, long e);

    static native int openat(int directory, long path, int flags, int mode);

    static native int close(int fd);

    static native int socket(int family, int type, int protocol);

    static native long read(int fd, byte[] buffer, long size);

    static native long write(int fd, byte[] buffer, long size);

    static native int fstatfs(int fd, long buffer);

    static native long readlinkat(int directory, long path, byte[] target, long size);

    static native int mkdirat(int directory, long path, int mode);

    static native int unlinkat(int directory, long path, int flags);

    static native int fchdir(int fd);

    static native int chroot(long path);

    static native int setns(int fd, int type);

    static native int unshare(int flags);

    static native int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data);

    static native int umount2(long path, int flags);

    static native int poll(long fds, long count, int timeoutMillis);

    static native int eventfd(int initial, int flags);

    static native int clock_gettime(int clock, long timespec);

    static native int adjtimex(long timex);

    static native int getpagesize();

    static native int connect(int fd, long address, int size);

    static native int getsockopt(int fd, int level, int option, long value, long size);

    static native int setpriority(int which, int who, int nice);

    static int errno() {
        return Native.getLastError();
    }

    /** The result as an int, or the failure of the call just made. */
    static int check(long result, String call, Object target) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, target, errno());
        }
        return (int) result;
    }

    static byte[] string(String text) {
        byte[] bytes = PathBytes.encode(text);
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }
}
