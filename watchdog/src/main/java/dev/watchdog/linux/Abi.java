package dev.watchdog.linux;

/**
 * Numbers of the kernel's interface, from the uapi headers of Linux 6.18. Those that differ between x86-64 and aarch64
 * are told apart here and nowhere else; system calls added since 5.1 have one number on every architecture.
 */
final class Abi {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    static final int LOCK_EX_NB = 6;
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_STATX_FORCE_SYNC = 0x2000;
    static final int AT_STATX_DONT_SYNC = 0x4000;

    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = O_CLOEXEC;
    static final int SOCK_NONBLOCK = O_NONBLOCK;
    static final byte IPPROTO_TCP = 6;
    static final byte TCP_ESTABLISHED = 1;
    static final int NETLINK_SOCK_DIAG = 4;
    static final short SOCK_DIAG_BY_FAMILY = 20;
    static final short NLM_F_REQUEST = 1;
    static final short NLMSG_ERROR = 2;

    static final int TIOCGWINSZ = 0x5413;
    static final int NS_GET_USERNS = 0xb701;

    static final int CLONE_FS = 0x200;
    static final int CLONE_NEWNS = 0x20000;
    static final int CLONE_NEWUTS = 0x4000000;

    static final int SYS_FCNTL = ARM ? 25 : 72;
    static final int SYS_IOCTL = ARM ? 29 : 16;
    static final int SYS_FLOCK = ARM ? 32 : 73;
    static final int SYS_NEWFSTATAT = ARM ? 79 : 262;
    static final int SYS_FANOTIFY_INIT = ARM ? 262 : 300;
    static final int SYS_FANOTIFY_MARK = ARM ? 263 : 301;
    static final int SYS_PIVOT_ROOT = ARM ? 41 : 155;
    static final int SYS_GETTID = ARM ? 178 : 186;
    static final int SYS_STATX = ARM ? 291 : 332;
    static final int SYS_OPEN_TREE = 428;
    static final int SYS_MOVE_MOUNT = 429;
    static final int SYS_FSOPEN = 430;
    static final int SYS_FSCONFIG = 431;
    static final int SYS_FSMOUNT = 432;
    static final int SYS_PIDFD_OPEN = 434;
    static final int SYS_OPENAT2 = 437;
    static final int SYS_STATMOUNT = 457;
    static final int SYS_LISTMOUNT = 458;

    static final int OPEN_TREE_CLONE = 1;
    static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    static final int RESOLVE_NO_MAGICLINKS = 0x02;
    static final int RESOLVE_NO_SYMLINKS = 0x04;
    static final int RESOLVE_IN_ROOT = 0x10;
    static final int OPEN_HOW_SIZE = 24;

    /** Offsets in struct stat: arch/x86/include/uapi/asm/stat.h, include/uapi/asm-generic/stat.h. */
    static final int STAT_DEV = 0;

    static final int STAT_INO = 8;
    static final int STAT_MODE = ARM ? 16 : 24;
    static final int STAT_UID = ARM ? 24 : 28;

    static final int STATX_TYPE = 0x1;
    static final int STATX_MODE = 0x2;
    static final int STATX_INO = 0x100;
    static final int STATX_UID = 0x8;
    static final int STATX_MNT_ID = 0x1000;
    static final int STATX_MNT_ID_UNIQUE = 0x4000;
    static final long STATX_ATTR_MOUNT_ROOT = 0x2000;

    static final int MNT_DETACH = 2;
    static final int UMOUNT_NOFOLLOW = 8;
    static final long MS_RDONLY = 1;
    static final long MS_NOSUID = 2;
    static final long MS_NODEV = 4;
    static final long MS_NOEXEC = 8;
    static final long MS_REMOUNT = 0x20;
    static final long MS_NOSYMFOLLOW = 0x100;
    static final long MS_NOATIME = 0x400;
    static final long MS_NODIRATIME = 0x800;
    static final long MS_BIND = 0x1000;
    static final long MS_REC = 0x4000;
    static final long MS_PRIVATE = 1 << 18;
    static final long MS_SLAVE = 1 << 19;
    static final long MS_SHARED = 1 << 20;
    static final long MS_RELATIME = 1 << 21;
    static final long MS_STRICTATIME = 1 << 24;

    static final int POLLIN = 0x1;
    static final int POLLPRI = 0x2;
    static final int POLLERR = 0x8;

    static final int FAN_CLOEXEC = 0x1;
    static final int FAN_NONBLOCK = 0x2;
    static final int FAN_UNLIMITED_MARKS = 0x20;
    static final int FAN_REPORT_MNT = 0x4000;
    static final int FAN_MARK_ADD = 0x1;
    static final int FAN_MARK_REMOVE = 0x2;
    static final int FAN_CLOSE_WRITE = 0x8;
    static final int FAN_MARK_MNTNS = 0x110;
    static final int FAN_Q_OVERFLOW = 0x4000;
    static final int FAN_MNT_ATTACH = 0x1000000;
    static final int FAN_MNT_DETACH = 0x2000000;
    static final int FAN_EVENT_INFO_TYPE_MNT = 7;

    static final int CLOCK_BOOTTIME = 7;

    static final int F_GETLK = 5;
    static final short F_WRLCK = 1;

    static final int CLONE_NEWNET = 0x40000000;
    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVTIMEO = 20;
    static final int SO_PEERCRED = 17;
    /** Of struct timex on 64-bit machines, include/uapi/linux/timex.h. */
    static final int TIMEX_SIZE = 208;

    private Abi() {}
}
