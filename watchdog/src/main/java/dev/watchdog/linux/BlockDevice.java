package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block device's file system, mounted once more. While anybody holds it mounted, the kernel hands out that same file
 * system for the same device: nothing is replayed, and what one mount writes the other sees. fsopen(2), fsconfig(2) and
 * fsmount(2), 5.2 and newer, because the result is attached nowhere and can be proved before it is.
 *
 * @param path of its node
 */
public record BlockDevice(String path) {
    /** A thin snapshot of an XFS has the UUID of what it was taken from, which may be mounted as well. */
    private static final String NO_UUID = "nouuid";

    private static final Pattern LABEL = Pattern.compile("(?:^|,)context=(?:\"([^\"]*)\"|([^,]*))");
    /** DM_NAME_LEN is 128. */
    private static final int LONGEST_NAME = 256;
    /** S_IFMT and S_IFBLK. */
    private static final int FILE_TYPE = 0xf000;

    private static final int BLOCK_DEVICE = 0x6000;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;

    /** Of one of device-mapper's. */
    public static BlockDevice ofMapper(String name) {
        if (name.isEmpty() || name.contains("/")) {
            throw new IllegalArgumentException("not a name in /dev/mapper: " + OneLine.of(name));
        }
        return new BlockDevice("/dev/mapper/" + name);
    }

    /** What device-mapper calls a device, by its number; empty when it is none of its devices. Reads sysfs, at home. */
    public static String mapperName(int major, int minor) {
        try {
            return RegularFile.text(Path.of("/sys/dev/block/" + major + ":" + minor + "/dm/name"), LONGEST_NAME)
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Its file system, attached nowhere: gone when closed. The node is looked up in the namespace the thread is in and
     * must have the number of the mount it is to be like.
     *
     * @param like a mount of that very file system: its type and its number
     * @param attributes of the new mount
     */
    Descriptor mount(MountEntry like, MountAttributes attributes) throws IOException {
        prove(like);
        Scratch scratch = Scratch.own();
        long opened = Libc.syscall(Abi.SYS_FSOPEN, scratch.path(like.type()), FSOPEN_CLOEXEC, 0, 0, 0);
        try (Descriptor context = new Descriptor(Libc.check(opened, "fsopen", like.type()), "fsopen " + like.type())) {
            int held = context.hold();
            try {
                configure(held, FSCONFIG_SET_STRING, "source", path);
                if (like.type().equals("xfs")) {
                    configure(held, FSCONFIG_SET_FLAG, NO_UUID, null);
                }
                String label = label(like.superOptions());
                if (label != null) {
                    configure(held, FSCONFIG_SET_STRING, "context", label);
                }
                configure(held, FSCONFIG_CMD_CREATE, null, null);
                long mounted = Libc.syscall(Abi.SYS_FSMOUNT, held, FSMOUNT_CLOEXEC, attributes.attributes(), 0, 0);
                return proved(new Descriptor(Libc.check(mounted, "fsmount", path), path), like);
            } finally {
                context.release();
            }
        }
    }

    /** Mounting a device for the first time writes to it: what is not the one that is mounted is not touched. */
    void prove(MountEntry like) throws IOException {
        Path node = Path.of(path);
        if (Files.notExists(node)) {
            throw new IOException("there is no device " + path);
        }
        boolean block = ((int) Files.getAttribute(node, "unix:mode") & FILE_TYPE) == BLOCK_DEVICE;
        long number = (long) Files.getAttribute(node, "unix:rdev");
        if (!block || number != number(like.major(), like.minor())) {
            throw new IOException(path + " is not the block device " + like.major() + ":" + like.minor());
        }
    }

    /** How the C library writes a device's number, gnu_dev_makedev(3). */
    private static long number(long major, long minor) {
        return ((major & 0xfffff000L) << 32)
                | ((major & 0xfffL) << 8)
                | ((minor & 0xffffff00L) << 12)
                | (minor & 0xffL);
    }

    private static Descriptor proved(Descriptor tree, MountEntry like) throws IOException {
        boolean same = false;
        try {
            FileStatus status = tree.status();
            same = status.major() == like.major() && status.minor() == like.minor();
            if (!same) {
                throw new IOException("what was mounted is not the file system " + like.major() + ":" + like.minor());
            }
            return tree;
        } finally {
            if (!same) {
                tree.close();
            }
        }
    }

    private void configure(int context, int command, @Nullable String key, @Nullable String value)
            throws ErrnoException {
        Scratch scratch = Scratch.own();
        if (key != null) {
            byte[] name = Libc.string(key);
            scratch.record.put(0, name);
        }
        long result = Libc.syscall(
                Abi.SYS_FSCONFIG,
                context,
                command,
                key == null ? 0 : scratch.recordAddress,
                value == null ? 0 : scratch.path(value),
                0);
        Libc.check(result, "fsconfig", path);
    }

    /** SELinux mounts a file system once more only with the label it has; with categories it stands in quotes. */
    static @Nullable String label(String superOptions) {
        Matcher label = LABEL.matcher(superOptions);
        return label.find() ? label.group(1) == null ? label.group(2) : label.group(1) : null;
    }

    /** For mount(2), as text; the label in quotes, because its categories have commas. */
    @Nullable String options(MountEntry like) {
        String label = label(like.superOptions());
        String uuid = like.type().equals("xfs") ? NO_UUID : "";
        String context = label == null ? "" : "context=\"" + label + "\"";
        String all = uuid.isEmpty() || context.isEmpty() ? uuid + context : uuid + "," + context;
        return all.isEmpty() ? null : all;
    }
}
