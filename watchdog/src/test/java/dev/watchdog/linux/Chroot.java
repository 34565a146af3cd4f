package dev.watchdog.linux;

import com.sun.jna.Native;
import java.nio.file.Path;

/** chroot(2), which only the tests need. */
final class Chroot {
    static {
        Native.register(Chroot.class, "c");
    }

    private Chroot() {}

    static native int chroot(byte[] path);

    static void to(Path root) throws ErrnoException {
        Libc.check(chroot(Libc.string(root.toString())), "chroot", root);
    }
}
