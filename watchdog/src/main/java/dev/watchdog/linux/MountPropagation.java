package dev.watchdog.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The peer groups of one mount, as mountinfo's optional fields tell them. Asked of the kernel for that mount alone where it
 * can be asked about another namespace (statmount(2) with the namespace's id, Linux 6.11 and newer): a mount that is young
 * stands at the end of its table, behind as many as anybody has made.
 */
public final class MountPropagation {
    /** _IOR(0xb7, 5, __u64) of include/uapi/linux/nsfs.h. */
    private static final long NS_GET_MNTNS_ID = 0x8008b705L;

    private MountPropagation() {}

    /**
     * Such as {@code shared:9 master:2}; empty for a private mount, or when the mount is not in that namespace any more.
     *
     * @param pid a process that lives in the mount's namespace
     * @param there open on the mount
     */
    public static String of(int pid, Descriptor there) throws IOException {
        String told = asked(pid, there);
        if (told != null) {
            return told;
        }
        long id = there.status().mountId();
        MountEntry mount = MountTable.of(pid, MountFilter.byId(id)).byId(id);
        return mount == null ? "" : mount.propagation();
    }

    /** Null where the kernel cannot be asked. */
    static @Nullable String asked(int pid, Descriptor there) throws ErrnoException {
        long mount = UniqueMountId.of(there);
        long namespace = mount == UniqueMountId.UNKNOWN ? 0 : namespace(pid);
        if (namespace == 0) {
            return null;
        }
        StatMount told = StatMount.of(mount, namespace);
        return told == null ? null : told.propagation();
    }

    /** The number that a mount namespace has until the next boot; 0 before 6.11. */
    private static long namespace(int pid) throws ErrnoException {
        try (Descriptor namespace = Descriptor.open(Abi.AT_FDCWD, "/proc/" + pid + "/ns/mnt", 0)) {
            Scratch scratch = Scratch.own();
            long done = Libc.syscall(Abi.SYS_IOCTL, namespace.hold(), NS_GET_MNTNS_ID, scratch.recordAddress, 0, 0);
            namespace.release();
            return done < 0 ? 0 : scratch.record.getLong(0);
        }
    }
}
