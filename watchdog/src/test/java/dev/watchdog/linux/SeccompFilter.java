package dev.watchdog.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes this process live on an older kernel: a seccomp filter on all of its threads that answers chosen system calls
 * with an errno (seccomp(2)). It cannot be taken off again, and children inherit it. Needs root.
 */
public final class SeccompFilter {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final int SYS_SECCOMP = ARM ? 277 : 317;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;
    /** AUDIT_ARCH_AARCH64 and AUDIT_ARCH_X86_64 of linux/audit.h. */
    private static final int ARCHITECTURE = ARM ? 0xc00000b7 : 0xc000003e;

    /** BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K. */
    private static final short LOAD = 0x20;

    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    /** Of struct seccomp_data. */
    private static final int NUMBER_AT = 0;

    private static final int ARCHITECTURE_AT = 4;
    private static final int INSTRUCTION = 8;

    /** By name, as on this machine. */
    private static final Map<String, Integer> NUMBERS = Map.of(
            "statx",
            Abi.SYS_STATX,
            "pidfd_send_signal",
            424,
            "open_tree",
            Abi.SYS_OPEN_TREE,
            "move_mount",
            Abi.SYS_MOVE_MOUNT,
            "fsopen",
            430,
            "fsconfig",
            431,
            "fsmount",
            432,
            "pidfd_open",
            Abi.SYS_PIDFD_OPEN,
            "openat2",
            Abi.SYS_OPENAT2,
            "mount_setattr",
            442);

    private SeccompFilter() {}

    /** From now on these calls fail, on every thread there is or will be. */
    public static void install(List<String> calls, int errno) throws ErrnoException {
        int size = calls.size() + 5;
        try (Memory program = new Memory((long) size * INSTRUCTION);
                Memory header = new Memory(16)) {
            put(program, 0, LOAD, 0, 0, ARCHITECTURE_AT);
            put(program, 1, JUMP_IF_EQUAL, 0, calls.size() + 1, ARCHITECTURE);
            put(program, 2, LOAD, 0, 0, NUMBER_AT);
            for (int i = 0; i < calls.size(); i++) {
                put(program, 3 + i, JUMP_IF_EQUAL, calls.size() - i, 0, number(calls.get(i)));
            }
            put(program, size - 2, RETURN, 0, 0, SECCOMP_RET_ALLOW);
            put(program, size - 1, RETURN, 0, 0, SECCOMP_RET_ERRNO | errno);
            header.setShort(0, (short) size);
            header.setPointer(8, program);
            long result = Libc.syscall(
                    SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, Pointer.nativeValue(header), 0, 0);
            if (result != 0) {
                throw new ErrnoException("seccomp", "thread " + result, Libc.errno());
            }
        }
    }

    /** The errno the kernel answers a call with that has nothing but nonsense for arguments. */
    static int answer(String call) {
        return Libc.syscall(number(call), -1, 0, -1, -1, -1) < 0 ? Libc.errno() : 0;
    }

    private static int number(String call) {
        return Objects.requireNonNull(NUMBERS.get(call), call);
    }

    private static void put(Memory program, int at, short code, int then, int otherwise, int value) {
        long offset = (long) at * INSTRUCTION;
        program.setShort(offset, code);
        program.setByte(offset + 2, (byte) then);
        program.setByte(offset + 3, (byte) otherwise);
        program.setInt(offset + 4, value);
    }
}
