package dev.watchdog.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An initial RAM file system as Linux unpacks it: the newc format of cpio (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class Initramfs {
    private static final int DIRECTORY = 0x4000;
    private static final int FILE = 0x8000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int EXECUTABLE = 0755;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int entries;

    /** Adds a directory; before what is in it. */
    Initramfs directory(String path) {
        return entry(path, DIRECTORY | EXECUTABLE, 0, 0, new byte[0]);
    }

    /** Adds an executable file. */
    Initramfs file(String path, byte[] content) {
        return entry(path, FILE | EXECUTABLE, 0, 0, content);
    }

    /** Adds a character device. */
    Initramfs device(String path, int major, int minor) {
        return entry(path, CHARACTER_DEVICE | 0600, major, minor, new byte[0]);
    }

    /** The whole archive. */
    byte[] bytes() {
        entry("TRAILER!!!", 0, 0, 0, new byte[0]);
        return out.toByteArray();
    }

    private Initramfs entry(String path, int mode, int major, int minor, byte[] content) {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        int[] fields = {++entries, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0};
        StringBuilder head = new StringBuilder("070701");
        for (int field : fields) {
            head.append(String.format("%08X", field));
        }
        out.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(name);
        pad();
        out.writeBytes(content);
        pad();
        return this;
    }

    private void pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }
}
