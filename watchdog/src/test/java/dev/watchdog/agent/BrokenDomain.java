package dev.watchdog.agent;

import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.SubjectTable;
import java.util.List;

/** A domain that cannot be set up. */
final class BrokenDomain implements Domain {
    /** What can be set. */
    public record Broken(Enabled enabled) {}

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return List.of();
    }

    @Override
    public List<ActionKind> actionKinds() {
        return List.of();
    }

    @Override
    public Record defaults() {
        return new Broken(Enabled.AUTO);
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of();
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        throw new IllegalStateException("it is only made to fail");
    }
}
