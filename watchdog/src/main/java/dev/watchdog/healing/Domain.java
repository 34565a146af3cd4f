package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.util.List;
import java.util.Optional;

/**
 * A fault domain: one package that knows one kind of thing that breaks. The configuration, the API, the command line
 * and the metrics learn of it from what it declares here; the agent lists it in one line.
 */
public interface Domain {
    /** Its key under {@code domains} in the configuration, such as {@code containers}. */
    String name();

    /** What it can find. */
    List<FaultKind> faultKinds();

    /** What it can do. */
    List<ActionKind> actionKinds();

    /** What it can be asked for beside what every domain can. */
    default List<VerbKind> verbs() {
        return List.of();
    }

    /**
     * Its configuration, as a record that holds the defaults; every component may be set under its name. The record
     * has a component {@code enabled} of type {@link Enabled}.
     */
    Record defaults();

    /** Its views for the command line and the API. */
    List<SubjectTable> tables();

    /**
     * Explains one of its faults; empty when there is no more to say than the evidence does. Asked by the command line,
     * on any machine: nothing but the evidence is looked at.
     */
    default Optional<Explanation> explain(String kind, Evidence evidence) {
        return Optional.empty();
    }

    /** Sets it up; nothing runs before its units are deployed. */
    DomainRuntime open(DomainContext context);
}
