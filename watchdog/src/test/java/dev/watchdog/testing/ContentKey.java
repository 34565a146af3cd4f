package dev.watchdog.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a thing in {@link BuildCache}: a hash of all that goes into it, names and contents, in the order given. Two
 * machines that make the thing of different inputs never take one for the other.
 */
final class ContentKey {
    private final MessageDigest hash;

    ContentKey() {
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Adds texts, each apart from its neighbours. */
    ContentKey text(String... parts) {
        for (String part : parts) {
            bytes(part.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /** Adds bytes, apart from what comes before and after. */
    ContentKey bytes(byte[] part) {
        hash.update(ByteBuffer.allocate(Long.BYTES).putLong(part.length).flip());
        hash.update(part);
        return this;
    }

    /** Adds a file's name, without its directories, and its contents. */
    ContentKey file(Path file) throws IOException {
        text(file.getFileName().toString(), Long.toString(Files.size(file)));
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
            }
        }
        return this;
    }

    /** Twelve hexadecimal digits; asked once, at the end. */
    String hex() {
        return HexFormat.of().formatHex(hash.digest(), 0, 6);
    }
}
