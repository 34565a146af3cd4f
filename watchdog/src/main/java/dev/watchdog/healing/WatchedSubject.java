package dev.watchdog.healing;

import dev.watchdog.events.Subject;
import java.util.Map;

/**
 * One line of a domain's inventory.
 *
 * @param name what people call it: untrusted text, escaped wherever it is shown
 * @param state {@code healthy}, {@code faulty} or {@code unknown}
 * @param details further columns, by the names the domain's {@link SubjectTable} declares
 */
public record WatchedSubject(Subject subject, String name, String state, Map<String, String> details) {
    public WatchedSubject {
        details = Map.copyOf(details);
    }
}
