package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.util.List;
import java.util.Map;

/** What people call a subject, as evidence about it tells: the name may be all that is left of one that has gone. */
public final class SubjectNames {
    /** The facts that hold one; domains add them to their evidence. */
    public static final List<String> FACTS = List.of("containerName", "name");

    private SubjectNames() {}

    /** The name that the evidence tells; empty when it tells none. Untrusted text. */
    public static String of(Evidence evidence) {
        Map<String, Object> facts = evidence.facts();
        for (String fact : FACTS) {
            if (facts.get(fact) instanceof String name) {
                return name;
            }
        }
        return "";
    }
}
