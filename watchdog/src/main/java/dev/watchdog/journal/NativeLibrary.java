package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import dev.watchdog.linux.OwnedPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native code: the file that {@code bin/watchdog} names, which was unpacked when the program was built.
 * Without one (tests, a development environment) sqlite-jdbc unpacks it from its jar, and only where nobody else can
 * write: into the journal's own directory, or where that does not allow execution into a temporary one of its own.
 */
final class NativeLibrary {
    private static final String FILE_IN = "org.sqlite.lib.path";
    private static final String UNPACK_IN = "org.sqlite.tmpdir";

    private NativeLibrary() {}

    /** Needs the journal's lock: what a killed predecessor unpacked is removed. */
    static synchronized void load(Path journal) {
        List<String> causes = new ArrayList<>();
        boolean named = System.getProperty(FILE_IN) != null || System.getProperty(UNPACK_IN) != null;
        boolean done = named ? loaded(causes) : unpacked(journal, causes);
        if (!done) {
            throw new JournalException(
                    Reason.UNWRITABLE,
                    "SQLite's native library cannot be loaded (" + String.join("; ", causes)
                            + "); install the agent again, or set -D" + UNPACK_IN
                            + " to a directory that only root can write and that allows execution");
        }
    }

    private static boolean unpacked(Path journal, List<String> causes) {
        return unpackedInto(journal.resolve("native"), causes) || unpackedIntoTemporary(causes);
    }

    private static boolean unpackedIntoTemporary(List<String> causes) {
        try {
            Path temporary = OwnedPath.makeTemporary("watchdog-native-");
            boolean done = unpackedInto(temporary, causes);
            empty(temporary); // what is mapped stays so
            Files.delete(temporary);
            return done;
        } catch (IOException e) {
            causes.add(e.toString());
            return false;
        }
    }

    private static boolean unpackedInto(Path directory, List<String> causes) {
        try {
            OwnedPath.makeDirectory(directory);
            empty(directory);
            System.setProperty(UNPACK_IN, directory.toString());
            return loaded(causes);
        } catch (IOException e) {
            causes.add(e.toString());
            return false;
        } finally {
            System.clearProperty(UNPACK_IN);
        }
    }

    private static boolean loaded(List<String> causes) {
        try {
            return SQLiteJDBCLoader.initialize();
        } catch (Exception | UnsatisfiedLinkError e) {
            causes.add(System.getProperty(UNPACK_IN, System.getProperty(FILE_IN, "")) + ": " + e.getMessage());
            return false;
        }
    }

    private static void empty(Path directory) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "sqlite-*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }
}
