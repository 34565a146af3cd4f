package dev.watchdog.containers;

import dev.watchdog.containerd.ContainerdSettings;
import dev.watchdog.docker.DockerEngine;
import dev.watchdog.docker.DockerSettings;
import dev.watchdog.events.Evidence;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.linux.MountNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Containers of Docker engines and of containerd itself; Podman's are recognised. */
public final class ContainersDomain implements Domain {
    @Override
    public String name() {
        return "containers";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return List.of(RootFindings.LOST, RootFindings.AT_RISK, RootFindings.LEFT_ALONE);
    }

    @Override
    public List<ActionKind> actionKinds() {
        return List.of(RootFindings.RESTORE);
    }

    @Override
    public Record defaults() {
        return ContainersSettings.DEFAULTS;
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of(new SubjectTable(
                "containers",
                Watched.KIND,
                "The containers under watch and whether their roots are where they belong",
                List.of("why"),
                List.of("engine", "rootfs")));
    }

    @Override
    public Optional<Explanation> explain(String kind, Evidence evidence) {
        if (kind.equals(RootFindings.LOST.name())) {
            return Optional.of(LossExplanation.of(evidence));
        }
        return kind.equals(RootFindings.AT_RISK.name()) ? Optional.of(AtRisk.explain(evidence)) : Optional.empty();
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        return new ContainersRuntime(
                context, RepairStep.UNHEARD, (given, threads) -> inventories(given.sections(), threads));
    }

    /** Those that somebody wrote into the configuration are expected to be there. */
    static List<ContainerSource> inventories(Sections sections, MountNamespaces threads) {
        List<ContainerSource> all = new ArrayList<>();
        sections.get(DockerSettings.class)
                .engines()
                .forEach(address -> all.add(new EngineSource(
                        new DockerEngine(address, DockerEngine.Timing.SHIPPED),
                        threads,
                        new StateFiles(),
                        new EngineIdentity(address),
                        sections.isWritten(DockerSettings.ENGINES))));
        boolean expected = sections.isWritten(ContainerdSettings.STATES);
        sections.get(ContainerdSettings.class)
                .states()
                .forEach(state -> all.add(new BundleSource(state, expected, threads, BundleSource.Timing.SHIPPED)));
        all.add(new PodmanSource(threads, PodmanSource.EVERY));
        return all;
    }
}
