package dev.watchdog.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The flags of one mount, as opposed to those of its file system: read-only, nosuid, nodev, noexec, nosymfollow and how
 * access times are kept. Whoever may mount in a namespace may change them there, of each mount by itself.
 *
 * @param flags MS_… of mount(2), with exactly one of MS_RELATIME, MS_NOATIME and MS_STRICTATIME
 */
public record MountAttributes(long flags) {
    /** What the kernel gives a mount that is made without any flag (do_new_mount_fc): writable, relatime. */
    public static final MountAttributes DEFAULT = new MountAttributes(Abi.MS_RELATIME);

    /** As mountinfo names them (show_mnt_opts). */
    private static final Map<String, Long> NAMES = Map.of(
            "ro", Abi.MS_RDONLY,
            "nosuid", Abi.MS_NOSUID,
            "nodev", Abi.MS_NODEV,
            "noexec", Abi.MS_NOEXEC,
            "nosymfollow", Abi.MS_NOSYMFOLLOW,
            "noatime", Abi.MS_NOATIME,
            "nodiratime", Abi.MS_NODIRATIME,
            "relatime", Abi.MS_RELATIME);

    /** MOUNT_ATTR_… of include/uapi/linux/mount.h. */
    private static final Map<Long, Long> ATTRIBUTES = Map.of(
            Abi.MS_RDONLY, 0x1L,
            Abi.MS_NOSUID, 0x2L,
            Abi.MS_NODEV, 0x4L,
            Abi.MS_NOEXEC, 0x8L,
            Abi.MS_NOATIME, 0x10L,
            Abi.MS_STRICTATIME, 0x20L,
            Abi.MS_NODIRATIME, 0x80L,
            Abi.MS_NOSYMFOLLOW, 0x200000L,
            Abi.MS_RELATIME, 0L);

    /** Those of a mount. */
    public static MountAttributes of(MountEntry mount) {
        long flags = 0;
        for (String option : mount.options().split(",", -1)) {
            flags |= NAMES.getOrDefault(option, 0L);
        }
        boolean told = (flags & (Abi.MS_NOATIME | Abi.MS_RELATIME)) != 0;
        return new MountAttributes(told ? flags : flags | Abi.MS_STRICTATIME);
    }

    /** What statmount(2) tells. */
    static MountAttributes told(long attributes) {
        long flags = 0;
        for (Map.Entry<Long, Long> each : ATTRIBUTES.entrySet()) {
            flags |= (attributes & each.getValue()) == 0 ? 0 : each.getKey();
        }
        boolean other = (flags & (Abi.MS_NOATIME | Abi.MS_STRICTATIME)) != 0;
        return new MountAttributes(other ? flags : flags | Abi.MS_RELATIME);
    }

    /** For fsmount(2). */
    long attributes() {
        long attributes = 0;
        for (Map.Entry<Long, Long> each : ATTRIBUTES.entrySet()) {
            attributes |= (flags & each.getKey()) == 0 ? 0 : each.getValue();
        }
        return attributes;
    }

    /** By the names that mountinfo has for them, for people. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        NAMES.forEach((name, flag) -> {
            if ((flags & flag) != 0) {
                names.add(name);
            }
        });
        if ((flags & Abi.MS_RDONLY) == 0) {
            names.add("rw");
        }
        names.sort(String::compareTo);
        return String.join(",", names);
    }
}
