package dev.watchdog.kafka;

import dev.watchdog.linux.OwnedPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that decides whom the agent trusts: only root or the agent's own user may be able to change it, or its place. */
final class GuardedFile {
    private GuardedFile() {}

    /**
     * Reads it whole, as UTF-8.
     *
     * @param most it may have so many bytes
     * @throws IOException in one line without anything of what is in it, if it cannot be read or others could have written it
     */
    static String read(Path file, int most) throws IOException {
        OwnedPath.require(file);
        if (!Files.isRegularFile(file)) {
            throw new IOException(OwnedPath.deadLink(file).orElse(file + " is not a file"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + " is larger than " + most + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
