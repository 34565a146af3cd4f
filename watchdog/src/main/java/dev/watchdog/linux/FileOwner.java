package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * Whose a file is and who may change it.
 *
 * @param uid the owner, as this process's user namespace numbers it
 * @param mode type and permissions, as st_mode; a user who may write by an ACL shows as the group's right (acl(5))
 * @param major and {@code minor}: the device of its file system
 */
record FileOwner(int uid, int mode, int major, int minor) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;
    private static final int SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 022;
    private static final int PERMISSIONS = 07777;

    /** Of what is open, with O_PATH or not. */
    static FileOwner of(int fd, Object what) throws ErrnoException {
        return KernelCalls.own().hasStatx() ? FileStatus.ownership(fd, what) : OldFileStatus.ownership(fd, what);
    }

    /**
     * Why others than root could change it or put something else in its place; null when they cannot. Of a socket only
     * the place counts: its mode says who may connect. In a directory with the sticky bit, such as {@code /tmp}, only
     * directories and sockets of root's are believed: nobody else can rename or remove those; a symlink or a file there
     * may be a hard link that somebody else made, and a mount can be one that a user made (FUSE), which says of itself
     * what it likes.
     *
     * @param holder the directory that it is in, which was asked about before; null of a root
     */
    @Nullable String objection(@Nullable FileOwner holder) {
        if (uid != 0) {
            return "belongs to user " + Integer.toUnsignedString(uid) + ", not to root";
        }
        boolean open = holder != null && holder.canBeWrittenByOthers();
        if (is(DIRECTORY)) {
            if (canBeWrittenByOthers() && (mode & STICKY) == 0) {
                return writable();
            }
            boolean mounted = holder != null && (major != holder.major || minor != holder.minor);
            return open && mounted ? "is a mount in a directory that others than root may write to" : null;
        }
        if (is(SOCKET)) {
            return null;
        }
        if (open) {
            return "is in a directory that others than root may write to";
        }
        return is(SYMLINK) || !canBeWrittenByOthers() ? null : writable();
    }

    private String writable() {
        return String.format("may be written to by others than root (mode %04o)", mode & PERMISSIONS);
    }

    private boolean canBeWrittenByOthers() {
        return (mode & OTHERS_WRITE) != 0;
    }

    private boolean is(int type) {
        return (mode & TYPE) == type;
    }
}
