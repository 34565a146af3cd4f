package dev.watchdog.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rehearsal found of the system calls a repair needs: 0 when the call worked, else the errno of its failure
 * (ENOSYS 38: the kernel is too old or seccomp hides it; EPERM 1: a capability is missing or seccomp forbids it).
 *
 * @param namespaces unshare and setns of mount namespaces
 * @param openTree open_tree, 5.2
 * @param moveMount move_mount, 5.2
 * @param mountSetattr mount_setattr, 5.12; a repair can do without
 * @param pidfd pidfd_open 5.3 and setns with it, 5.8
 * @param openat2 openat2, 5.6
 * @param statxMountId mount ids from statx, 5.8; ENOSYS when the field is not filled in
 */
public record KernelAbilities(
        int namespaces, int openTree, int moveMount, int mountSetattr, int pidfd, int openat2, int statxMountId) {

    /** Whether a lost root can be put back and proved here. */
    public boolean canRepair() {
        return namespaces == 0 && openTree == 0 && moveMount == 0 && pidfd == 0 && openat2 == 0 && statxMountId == 0;
    }

    /** What failed, each as {@code open_tree: ENOSYS}. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        add(missing, "mount namespaces", namespaces);
        add(missing, "open_tree", openTree);
        add(missing, "move_mount", moveMount);
        add(missing, "mount_setattr", mountSetattr);
        add(missing, "pidfd", pidfd);
        add(missing, "openat2", openat2);
        add(missing, "statx mount id", statxMountId);
        return List.copyOf(missing);
    }

    private static void add(List<String> missing, String call, int errno) {
        if (errno != 0) {
            missing.add(call + ": " + Errno.name(errno));
        }
    }
}
