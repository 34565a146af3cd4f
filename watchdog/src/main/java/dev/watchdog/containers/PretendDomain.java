package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.linux.PretendContainer;
import java.util.List;
import java.util.Optional;

/** The containers domain with one pretend container for an inventory; everything else in it is the real thing. */
public final class PretendDomain implements Domain {
    private final ContainersDomain real = new ContainersDomain();
    private final PretendContainer container;

    /** Watches this container; whoever made it closes it, after the domain. */
    public PretendDomain(PretendContainer container) {
        this.container = container;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public List<FaultKind> faultKinds() {
        return real.faultKinds();
    }

    @Override
    public List<ActionKind> actionKinds() {
        return real.actionKinds();
    }

    @Override
    public Record defaults() {
        return real.defaults();
    }

    @Override
    public List<SubjectTable> tables() {
        return real.tables();
    }

    @Override
    public Optional<Explanation> explain(String kind, Evidence evidence) {
        return real.explain(kind, evidence);
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        return new ContainersRuntime(
                context, RepairStep.UNHEARD, (same, threads) -> List.of(new PretendSource(container)));
    }
}
