package dev.watchdog.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the files that this process has open with those that the next start would open: the same device and inode
 * under the same path. A file that was removed, moved, replaced or mounted over can still be written without an error,
 * and nobody would ever find what was. Blocks as long as the file system does.
 */
final class OpenFiles {
    /** The shared memory and the lock are among them: a second process with others of its own would write, too. */
    private static final List<String> NAMES =
            List.of("journal.db", "journal.db-wal", "journal.db-shm", JournalLock.FILE);

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Path directory;
    private final Map<String, Object> keys;

    private OpenFiles(Path directory, Map<String, Object> keys) {
        this.directory = directory;
        this.keys = keys;
    }

    /**
     * Remembers the files; to be called while all of them are open.
     *
     * @throws IOException if what the directory holds now is not what is open
     */
    static OpenFiles in(Path directory) throws IOException {
        Map<String, Object> keys = new LinkedHashMap<>();
        Set<Object> open = open();
        for (String name : NAMES) {
            Object key = key(directory.resolve(name));
            if (!open.contains(key)) {
                throw new IOException(name + " was replaced while it was being opened");
            }
            keys.put(name, key);
        }
        return new OpenFiles(directory, keys);
    }

    /** What has become of the first file that is not the open one any more; null while all are. */
    @Nullable String lost() {
        for (Map.Entry<String, Object> each : keys.entrySet()) {
            String name = each.getKey();
            try {
                if (!key(directory.resolve(name)).equals(each.getValue())) {
                    return name + " there is another file than the one that is open";
                }
            } catch (NoSuchFileException e) {
                return name + " is not there any more";
            } catch (IOException e) {
                return name + " cannot be looked at (" + e + ")";
            }
        }
        return null;
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        if (key == null) {
            throw new IOException(file + " has no inode");
        }
        return key;
    }

    private static Set<Object> open() throws IOException {
        Set<Object> keys = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                try {
                    keys.add(key(descriptor));
                } catch (NoSuchFileException e) {
                    // closed meanwhile
                }
            }
        }
        return keys;
    }
}
