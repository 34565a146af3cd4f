package dev.watchdog.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peer groups of one mount, as mountinfo's optional fields tell them. Asked of the kernel for that mount alone where it
 * can be asked about another namespace (statmount(2) with the namespace's id, Linux 6.11 and newer): a mount that is young
 * stands at the end of its table, behind as many as anybody has made.
 */
public final class MountPropagation {
    /** MNT_ID_REQ_SIZE_VER1 and struct statmount of include/uapi/linux/mount.h. */
    private static final int REQUEST_SIZE = 32;

    private static final int REQUEST_ID_AT = 8;
    private static final int REQUEST_MASK_AT = 16;
    private static final int REQUEST_NAMESPACE_AT = 24;
    private static final int ANSWER_AT = 64;
    private static final int ANSWER_SIZE = 128;
    private static final int MASK_AT = ANSWER_AT + 8;
    private static final int KIND_AT = ANSWER_AT + 72;
    private static final int GROUP_AT = ANSWER_AT + 80;
    private static final int MASTER_AT = ANSWER_AT + 88;
    private static final long STATMOUNT_MNT_BASIC = 2;
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
        long mount = KernelCalls.own().hasStatx() ? UniqueMountId.of(there) : UniqueMountId.UNKNOWN;
        long namespace = mount == UniqueMountId.UNKNOWN ? 0 : namespace(pid);
        if (namespace == 0) {
            return null;
        }
        Scratch scratch = Scratch.own();
        scratch.record
                .putInt(0, REQUEST_SIZE)
                .putInt(Integer.BYTES, 0)
                .putLong(REQUEST_ID_AT, mount)
                .putLong(REQUEST_MASK_AT, STATMOUNT_MNT_BASIC)
                .putLong(REQUEST_NAMESPACE_AT, namespace);
        long answer = scratch.recordAddress + ANSWER_AT;
        if (Libc.syscall(Abi.SYS_STATMOUNT, scratch.recordAddress, answer, ANSWER_SIZE, 0, 0) < 0
                || (scratch.record.getLong(MASK_AT) & STATMOUNT_MNT_BASIC) == 0) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        if ((scratch.record.getLong(KIND_AT) & Abi.MS_SHARED) != 0) {
            fields.add("shared:" + scratch.record.getLong(GROUP_AT));
        }
        if (scratch.record.getLong(MASTER_AT) != 0) {
            fields.add("master:" + scratch.record.getLong(MASTER_AT));
        }
        return String.join(" ", fields);
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
