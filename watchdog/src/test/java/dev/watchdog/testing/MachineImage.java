package dev.watchdog.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The disks of {@link Machine}, made without mounting anything: Debian with its engine, Java and first process, kept in
 * {@link BuildCache}; and what is being tested, made anew each time, so that the first never depends on it.
 */
final class MachineImage {
    private static final DebianRoot ROOT = new DebianRoot(
            "machine-bookworm",
            "bookworm",
            List.of(
                    "docker.io",
                    "containerd",
                    "runc",
                    "linux-image-cloud-amd64",
                    "initramfs-tools",
                    "udev",
                    "dmsetup",
                    "thin-provisioning-tools",
                    "xfsprogs",
                    "e2fsprogs",
                    "busybox-static",
                    "openjdk-17-jre-headless",
                    "qemu-guest-agent",
                    "util-linux",
                    "mount",
                    "kmod",
                    "procps"));

    /** Sparse; holds the system's 1 GB and the loop devices of a thin pool. */
    private static final String SIZE = "6G";

    private static final Duration DEADLINE = Duration.ofMinutes(15);

    private MachineImage() {}

    /** Debian's files; only to be read. */
    static Path root() {
        return ROOT.ready();
    }

    /** Debian's kernel and initial RAM disk, by the names that Debian links to the newest. */
    static Path kernel() {
        return ROOT.ready().resolve("vmlinuz");
    }

    static Path initialRamDisk() {
        return ROOT.ready().resolve("initrd.img");
    }

    /** An ext4 image of Debian; only to be read. */
    static Path system() throws IOException {
        byte[] init;
        try (InputStream file = MachineImage.class.getResourceAsStream("machine-init")) {
            init = Objects.requireNonNull(file, "machine-init").readAllBytes();
        }
        Path root = ROOT.ready();
        String key = new ContentKey().text(ROOT.key(), SIZE).bytes(init).hex();
        String name = "machine-" + key + ".ext4";
        return BuildCache.ofUser().get("images", name, place -> {
            make(root, place, SIZE);
            Path script = Files.createTempFile("wd-init-", "");
            try {
                Files.write(script, init);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
                Programs.run("debugfs", "-w", "-R", "write " + script + " machine-init", place.toString())
                        .orFail();
            } finally {
                Files.delete(script);
            }
        });
    }

    /**
     * An image of a directory that holds the installed program, to be seen as {@code /srv}. Its class archive is made
     * first, by the machine's own Java in a change of root, because a start without one takes half a minute under TCG.
     */
    static void program(Path directory, Path image) throws IOException {
        LongRun.run(
                "class archive for the machine",
                DEADLINE,
                BuildCache.ofUser().shelf("logs").resolve("archive.log"),
                List.of(
                        "setpriv",
                        "--pdeathsig=KILL",
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-ec",
                        "mount --bind \"$1\" \"$2/srv\"; mount -t proc proc \"$2/proc\"; mount -t tmpfs tmpfs \"$2/tmp\";"
                                + " exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot \"$2\" /srv/bin/watchdog --version",
                        "sh",
                        directory.toString(),
                        ROOT.ready().toString()));
        make(directory, image, "256M");
    }

    private static void make(Path directory, Path image, String size) throws IOException {
        LongRun.run(
                "image " + image.getFileName(),
                DEADLINE,
                BuildCache.ofUser().shelf("logs").resolve("image.log"),
                List.of("mke2fs", "-q", "-t", "ext4", "-d", directory.toString(), image.toString(), size));
    }
}
