package dev.watchdog.healing;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of the outside world.
 *
 * @param records by their classes
 * @param written the keys that somebody wrote, such as {@code docker.engines}: what is named there is expected to be
 *     there, also where it is what the agent would have looked for anyway
 */
public record Sections(Map<Class<?>, Record> records, Set<String> written) {
    /** Of who asks for nothing of the outside world. */
    public static final Sections NONE = new Sections(Map.of(), Set.of());

    public Sections {
        records = Map.copyOf(records);
        written = Set.copyOf(written);
    }

    /**
     * The section of this class.
     *
     * @throws IllegalArgumentException if there is none
     */
    public <T extends Record> T get(Class<T> type) {
        return find(type)
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no configuration section " + type.getSimpleName()));
    }

    /** The section of this class; empty if there is none. */
    public <T extends Record> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(records.get(type)).map(type::cast);
    }

    /** Somebody wrote it, into the file or the environment. */
    public boolean isWritten(String key) {
        return written.contains(key);
    }
}
