package dev.watchdog.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A tiny root file system as a tar file (ustar, POSIX 1003.1-1988): the machine's own static busybox, a few names for
 * it, and the users root and apps.
 */
public final class BusyboxImage {
    private static final int BLOCK = 512;
    private static final List<String> NAMES = List.of(
            "sh",
            "sleep",
            "cat",
            "echo",
            "ls",
            "id",
            "touch",
            "rm",
            "mkdir",
            "ln",
            "mv",
            "stat",
            "true",
            "false",
            "ps",
            "mount",
            "umount",
            "chroot",
            "dd",
            "wc",
            "grep",
            "env",
            "kill",
            "tail",
            "pwd",
            "sync",
            "md5sum",
            "readlink");

    private BusyboxImage() {}

    /** As an image that {@code docker load} and {@code ctr images import} take, named {@link Docker#IMAGE}. */
    public static void writeArchiveTo(Path file) throws IOException {
        Path layer = Files.createTempFile("wd-layer-", ".tar");
        try (OutputStream tar = Files.newOutputStream(file)) {
            writeTo(layer);
            byte[] content = Files.readAllBytes(layer);
            entry(tar, "layer.tar", 0644, '0', "", content);
            text(
                    tar,
                    "config.json",
                    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"]},"
                            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + sha256(content) + "\"]}}");
            text(
                    tar,
                    "manifest.json",
                    "[{\"Config\":\"config.json\",\"RepoTags\":[\"" + Docker.IMAGE
                            + ":latest\"],\"Layers\":[\"layer.tar\"]}]");
            tar.write(new byte[2 * BLOCK]);
        } finally {
            Files.delete(layer);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    static void writeTo(Path file) throws IOException {
        try (OutputStream tar = Files.newOutputStream(file)) {
            for (String directory :
                    List.of("bin", "etc", "tmp", "proc", "sys", "dev", "root", "data", "home", "home/apps")) {
                entry(tar, directory + "/", directory.equals("tmp") ? 01777 : 0755, '5', "", new byte[0]);
            }
            entry(tar, "bin/busybox", 0755, '0', "", Files.readAllBytes(Path.of("/bin/busybox")));
            for (String name : NAMES) {
                entry(tar, "bin/" + name, 0777, '2', "busybox", new byte[0]);
            }
            text(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\napps:x:1000:1000:apps:/home/apps:/bin/sh\n");
            text(tar, "etc/group", "root:x:0:\napps:x:1000:\n");
            tar.write(new byte[2 * BLOCK]);
        }
    }

    private static void text(OutputStream tar, String name, String text) throws IOException {
        entry(tar, name, 0644, '0', "", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void entry(OutputStream tar, String name, int mode, char type, String link, byte[] content)
            throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", content.length));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, String.valueOf(type));
        put(header, 157, link);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        tar.write(header);
        tar.write(content);
        tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
