package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native code, which sqlite-jdbc unpacks from its jar into a directory that must allow execution. That
 * is {@code org.sqlite.tmpdir} if somebody set it; else the journal's own directory, because hardened hosts mount
 * {@code /tmp} noexec and anybody may write there; else {@code java.io.tmpdir}.
 */
final class NativeLibrary {
    private static final String WHERE = "org.sqlite.tmpdir";

    private NativeLibrary() {}

    /** Needs the journal's lock: what a killed predecessor unpacked is removed. */
    static synchronized void load(Path directory) {
        String configured = System.getProperty(WHERE);
        Path own = directory.resolve("native");
        List<String> places = configured == null
                ? List.of(own.toString(), System.getProperty("java.io.tmpdir", "/tmp"))
                : List.of(configured);
        List<String> causes = new ArrayList<>();
        for (String place : places) {
            try {
                if (place.equals(own.toString())) {
                    makeEmpty(own);
                }
                System.setProperty(WHERE, place);
                SQLiteJDBCLoader.initialize();
                return;
            } catch (Exception | UnsatisfiedLinkError e) {
                causes.add(place + ": " + e.getMessage());
            } finally {
                restore(configured);
            }
        }
        throw new JournalException(
                Reason.UNWRITABLE,
                "SQLite's native library cannot be unpacked and loaded (" + String.join("; ", causes)
                        + "); set -Dorg.sqlite.tmpdir to a directory that is writable and allows execution");
    }

    private static void restore(String configured) {
        if (configured == null) {
            System.clearProperty(WHERE);
        } else {
            System.setProperty(WHERE, configured);
        }
    }

    private static void makeEmpty(Path own) throws IOException {
        Files.createDirectories(own, Database.PRIVATE_DIRECTORY);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own, "sqlite-*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }
}
