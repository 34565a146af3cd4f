package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Looks whether an engine is set up so that its next restart breaks containers. Safe from any thread. */
final class SetupCheck {
    private static final int MOST = 8;

    private final ContainersRuntime room;

    SetupCheck(ContainersRuntime room) {
        this.room = room;
    }

    /** A finding for each engine that can be asked. */
    CompletableFuture<List<Finding>> look() {
        return look(all -> true);
    }

    /** Of some of them; each costs a question to its engine and a reading of its mount table. */
    CompletableFuture<List<Finding>> look(Predicate<ContainerSource> which) {
        List<CompletableFuture<List<Finding>>> looks =
                room.sources().stream().filter(which).map(this::ask).toList();
        return CompletableFuture.allOf(looks.toArray(new CompletableFuture<?>[0]))
                .thenApply(done ->
                        looks.stream().flatMap(each -> each.join().stream()).toList());
    }

    /** Of the engine of one source; nothing where there is none. */
    private CompletableFuture<List<Finding>> ask(ContainerSource source) {
        return source.setup()
                .handle((setup, failure) -> failure == null
                        ? setup.map(found -> finding(source, found)).stream().toList()
                        : EngineFailures.isAbsence(EngineFailures.cause(failure)) && room.mayBeAbsent(source)
                                ? List.of()
                                : List.of(unknown(source, failure)));
    }

    private Finding finding(ContainerSource source, EngineSetup setup) {
        return AtRisk.of(
                EngineSetup.subject(source.name()),
                setup,
                apart(source, setup),
                room.clock().now());
    }

    private Finding unknown(ContainerSource source, Throwable failure) {
        return new Finding.Unknown(
                EngineSetup.subject(source.name()),
                RootFindings.AT_RISK.name(),
                String.valueOf(EngineFailures.cause(failure).getMessage()),
                room.clock().now());
    }

    /** One for each other namespace. */
    private List<AtRisk.Apart> apart(ContainerSource source, EngineSetup setup) {
        Map<Long, AtRisk.Apart> apart = new LinkedHashMap<>();
        for (Watched each : room.watchlist().all()) {
            if (each.container().source().equals(source.name())) {
                for (Watched.Viewer viewer : each.viewers()) {
                    long namespace = viewer.view().namespace();
                    if (namespace != setup.namespace() && !viewer.roles().contains("engine") && apart.size() < MOST) {
                        apart.put(
                                namespace,
                                new AtRisk.Apart(viewer.role(), viewer.view().pid(), namespace));
                    }
                }
            }
        }
        return new ArrayList<>(apart.values());
    }

    /** What a fault of this kind is about that no engine of the configuration has any more. */
    Optional<Finding> goneIfUnknown(Subject subject) {
        return room.sources().stream()
                        .noneMatch(each -> EngineSetup.subject(each.name()).equals(subject))
                ? Optional.of(new Finding.Gone(
                        subject, RootFindings.AT_RISK.name(), room.clock().now()))
                : Optional.empty();
    }
}
