package dev.watchdog.agent;

import dev.watchdog.kafka.KeyRing;
import dev.watchdog.kafka.KeySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The key ring as a YAML file that is read again when it has changed. Who may write to it may command this host, so it is
 * only trusted when it belongs to root or to the agent's own user and neither it nor its directory can be written by
 * others. A file that is not there is an empty ring. Not thread safe.
 */
public final class KeyRingFile implements KeySource {
    private static final int OTHERS_WRITE = 022;
    private static final int STICKY = 01000;
    private static final int ROOT = 0;

    private final Path file;
    private @Nullable Stamp stamp;
    private KeyRing ring = KeyRing.EMPTY;

    public KeyRingFile(Path file) {
        this.file = file;
    }

    /** What changes when the file does. */
    private record Stamp(Map<String, Object> attributes) {}

    @Override
    public KeyRing read() throws Unreadable {
        try {
            Path real = file.toRealPath();
            Stamp now = new Stamp(Files.readAttributes(real, "unix:ino,dev,ctime,size"));
            if (!now.equals(stamp)) {
                ring = fresh(real);
                stamp = now;
            }
            return ring;
        } catch (NoSuchFileException e) {
            stamp = null;
            ring = KeyRing.EMPTY;
            return ring;
        } catch (IOException e) {
            throw unreadable(OneLine.of(e), e);
        }
    }

    private KeyRing fresh(Path real) throws IOException, Unreadable {
        stamp = null;
        guard(real, 0);
        guard(Objects.requireNonNull(real.getParent(), "a file has a directory"), STICKY);
        List<Problem> problems = new ArrayList<>();
        Raw.Fields written = YamlFile.read(real, problems);
        Record bound = new Binder(Map.of(), problems).bind("", KeyRing.EMPTY, written, Set.of());
        if (!problems.isEmpty()) {
            String all = problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
            throw unreadable(all, new ConfigurationException(problems));
        }
        return (KeyRing) bound;
    }

    /** What others may write to is not trusted, unless {@code excuse} is set in its mode. */
    private void guard(Path path, int excuse) throws IOException, Unreadable {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid");
        int mode = (int) Objects.requireNonNull(attributes.get("mode"));
        int owner = (int) Objects.requireNonNull(attributes.get("uid"));
        int self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if ((mode & OTHERS_WRITE) != 0 && (mode & excuse) == 0) {
            throw unreadable("others may write to " + path + ": chmod go-w it", null);
        }
        if (owner != ROOT && owner != self) {
            throw unreadable(path + " belongs to user " + owner + ": chown it to root", null);
        }
    }

    private Unreadable unreadable(String why, @Nullable Throwable cause) {
        return new Unreadable("the key ring " + file + " cannot be used: " + why, cause);
    }
}
