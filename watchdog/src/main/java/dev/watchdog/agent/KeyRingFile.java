package dev.watchdog.agent;

import dev.watchdog.kafka.KeyRing;
import dev.watchdog.kafka.KeySource;
import dev.watchdog.linux.OwnedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The key ring as a YAML file that is read again when it has changed. Who may write to it may command this host, so it is
 * only trusted when nobody but root and the agent's own user can change it or a step that leads to it. A file that is not there is an empty ring. Not thread safe.
 */
public final class KeyRingFile implements KeySource {
    /** So many mistakes are told at once. */
    private static final int TOLD = 20;

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
            requireNoDeadLink(e);
            ring = KeyRing.EMPTY;
            return ring;
        } catch (IOException e) {
            throw unreadable(OneLine.of(e), e);
        }
    }

    /** Who made a link did not mean an empty ring: commands wait rather than being rejected. */
    private void requireNoDeadLink(NoSuchFileException missing) throws Unreadable {
        Optional<String> dead;
        try {
            dead = OwnedPath.deadLink(file);
        } catch (IOException e) {
            throw unreadable(OneLine.of(e), e);
        }
        if (dead.isPresent()) {
            throw unreadable(dead.get(), missing);
        }
    }

    private KeyRing fresh(Path real) throws IOException, Unreadable {
        stamp = null;
        OwnedPath.require(file);
        List<Problem> problems = new ArrayList<>();
        Raw.Fields written = YamlFile.read(real, problems);
        Record bound = new Binder(Map.of(), problems).bind("", KeyRing.EMPTY, written, Set.of());
        if (!problems.isEmpty()) {
            String all = problems.stream().limit(TOLD).map(Problem::toString).collect(Collectors.joining("; "));
            throw unreadable(all, new ConfigurationException(problems));
        }
        return (KeyRing) bound;
    }

    private Unreadable unreadable(String why, @Nullable Throwable cause) {
        return new Unreadable("the key ring " + file + " cannot be used: " + why, cause);
    }
}
