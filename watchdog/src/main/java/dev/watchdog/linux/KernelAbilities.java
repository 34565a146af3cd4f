package dev.watchdog.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rehearsal found that can be done here, by the younger system calls or by their fallbacks: 0 when it was done,
 * else the errno of the failure (ENOSYS 38: the kernel is too old or seccomp hides it; EPERM 1: a capability is missing
 * or seccomp forbids it). What cannot be done here is not to be tried: the agent then only observes.
 *
 * @param namespaces unshare and setns of mount namespaces
 * @param entering going into the namespace of a process
 * @param looking telling through another namespace's root what is mounted at a path, and of which mount it is
 * @param mounting mount(2) on a directory, and taking it off again
 * @param openTree open_tree, 5.2
 * @param moveMount move_mount, 5.2
 * @param isolating making a clone that has no peer, no master and attributes of its own
 * @param replaced younger calls that do not work and are done without, each as {@code openat2: ENOSYS}
 */
public record KernelAbilities(
        int namespaces,
        int entering,
        int looking,
        int mounting,
        int openTree,
        int moveMount,
        int isolating,
        List<String> replaced) {
    private static final String PERMISSION =
            "; run the agent as root with CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE, and with a seccomp profile"
                    + " that allows these calls";
    private static final String AGE =
            "; open_tree and move_mount came with Linux 5.2: a newer kernel has them, unless a seccomp filter hides them";

    public KernelAbilities {
        replaced = List.copyOf(replaced);
    }

    /** Whether a lost root can be seen, and a repair be proved. */
    public boolean canProve() {
        return toProve().isEmpty();
    }

    /** Whether a mount can be cloned from one namespace into another, and proved; what an overlay's root needs. */
    public boolean canClone() {
        return toClone().isEmpty();
    }

    /** Whether a device can be mounted on a directory, and proved; what a root on a device of its own needs. */
    public boolean canMountDevice() {
        return toMountDevice().isEmpty();
    }

    /** Why not, and what to do, in one line; empty if it can. */
    public String missingToProve() {
        return text(toProve());
    }

    /** Why not, and what to do, in one line; empty if it can. */
    public String missingToClone() {
        return text(toClone());
    }

    /** Why not, and what to do, in one line; empty if it can. */
    public String missingToMountDevice() {
        return text(toMountDevice());
    }

    /** All that failed, done without or not. */
    public List<String> missing() {
        List<String> missing = toClone();
        add(missing, "mount on a directory", mounting);
        missing.addAll(replaced);
        return List.copyOf(missing);
    }

    private List<String> toProve() {
        List<String> missing = new ArrayList<>();
        add(missing, "mount namespaces", namespaces);
        add(missing, "entering the namespace of a process", entering);
        add(missing, "looking into another namespace", looking);
        return missing;
    }

    private List<String> toClone() {
        List<String> missing = toProve();
        add(missing, "open_tree", openTree);
        add(missing, "move_mount", moveMount);
        add(missing, "making a clone private", isolating);
        return missing;
    }

    private List<String> toMountDevice() {
        List<String> missing = toProve();
        add(missing, "mount on a directory", mounting);
        return missing;
    }

    private String text(List<String> missing) {
        if (missing.isEmpty()) {
            return "";
        }
        String calls = String.join(", ", missing);
        String tried =
                canProve() || replaced.isEmpty() ? "" : " (older ways were tried: " + String.join(", ", replaced) + ")";
        return calls + tried + advice(calls + tried);
    }

    private static String advice(String failed) {
        return (failed.contains("open_tree: ENOSYS") ? AGE : "")
                + (failed.contains("EPERM") || failed.contains("EACCES") ? PERMISSION : "");
    }

    private static void add(List<String> missing, String call, int errno) {
        if (errno != 0) {
            missing.add(call + ": " + Errno.name(errno));
        }
    }
}
