package dev.watchdog.healing;

import java.util.List;

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

    /**
     * Its configuration, as a record that holds the defaults; every component may be set under its name. The record
     * has a component {@code enabled} of type {@link Enabled}.
     */
    Record defaults();

    /** Its views for the command line and the API. */
    List<SubjectTable> tables();

    /** Sets it up; nothing runs before its units are deployed. */
    DomainRuntime open(DomainContext context);
}
