package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * One line of mountinfo (proc_pid_mountinfo(5)), escapes undone. Text holds the kernel's bytes without loss; a byte
 * that is not UTF-8 is a lone surrogate.
 *
 * @param id the kernel reuses it once the mount is gone
 * @param parent id of the mount it is on
 * @param root the directory of the file system that is the mount's root
 * @param mountPoint as seen from the root of the process that was asked
 * @param options of this mount
 * @param propagation optional fields such as {@code shared:9 master:2}, or empty
 * @param superOptions of the file system, still escaped; see {@link #superOption}
 */
public record MountEntry(
        long id,
        long parent,
        int major,
        int minor,
        String root,
        String mountPoint,
        String options,
        String propagation,
        String type,
        String source,
        String superOptions) {

    /** The value of {@code name=value} among the file system's options, e.g. {@code upperdir}; null if there is none. */
    public @Nullable String superOption(String name) {
        for (String option : superOptions.split(",", -1)) {
            if (option.startsWith(name) && option.startsWith("=", name.length())) {
                return MountTable.unescape(option.substring(name.length() + 1));
            }
        }
        return null;
    }
}
