package dev.watchdog.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;

/** A file that decides whom the agent trusts: only root or the agent's own user may be able to change it. */
final class GuardedFile {
    private static final Path SELF = Path.of("/proc/self");

    private GuardedFile() {}

    /**
     * Reads it whole, as UTF-8.
     *
     * @param most it may have so many bytes
     * @throws IOException in one line without anything of what is in it, if it cannot be read or others could have written it
     */
    static String read(Path file, int most) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(file + " is not a file");
        }
        if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
            throw new IOException(file + " can be written by others: chmod go-w it");
        }
        UserPrincipal owner = attributes.owner();
        if (!trusted(owner)) {
            throw new IOException(file + " belongs to " + owner.getName() + ": chown it to root");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + " is larger than " + most + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static boolean trusted(UserPrincipal owner) throws IOException {
        return owner.equals(Files.getOwner(SELF)) || owner.equals(Files.getOwner(Path.of("/")));
    }
}
