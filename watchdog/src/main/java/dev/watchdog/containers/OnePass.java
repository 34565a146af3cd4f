package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One pass over every container of every source, for {@code watchdog check}: nothing is followed and nothing done. */
final class OnePass {
    private final ContainersRuntime room;

    OnePass(ContainersRuntime room) {
        this.room = room;
    }

    CompletableFuture<List<Finding>> run() {
        List<CompletableFuture<List<Finding>>> passes =
                room.sources().stream().map(this::pass).toList();
        return CompletableFuture.allOf(passes.toArray(new CompletableFuture<?>[0]))
                .thenCompose(done -> room.setups().look())
                .thenApply(setups -> Stream.concat(
                                passes.stream().flatMap(pass -> pass.join().stream()), setups.stream())
                        .toList());
    }

    private CompletableFuture<List<Finding>> pass(ContainerSource source) {
        return room.mending()
                .thenCompose(mending -> source.list()
                        .thenCompose(found -> adopt(source, found))
                        .thenCompose(adopted -> look(adopted, mending)))
                .thenApply(findings -> withSilence(source, findings))
                .exceptionally(failure -> blind(source, failure));
    }

    private CompletableFuture<ContainersRuntime.Adopted> adopt(ContainerSource source, List<RunningContainer> found) {
        room.reports().told(source);
        return room.adopt(found);
    }

    private CompletableFuture<List<Finding>> look(ContainersRuntime.Adopted adopted, Mending mending) {
        adopted.watched().forEach(room.watchlist()::put);
        adopted.unwatched().forEach(room.watchlist()::put);
        List<Finding> findings = new ArrayList<>();
        Moment now = room.clock().now();
        adopted.unwatched()
                .forEach(each -> findings.add(new Finding.Unknown(
                        new Subject(Watched.KIND, each.container().id()),
                        RootFindings.LOST.name(),
                        each.why(),
                        now,
                        each.isLeftAlone())));
        List<CompletableFuture<Sweeper.Swept>> sweeps =
                room.sweeper().sweep(adopted.watched(), Map.of(), mending, lost -> {});
        return CompletableFuture.allOf(sweeps.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    sweeps.forEach(sweep -> sweep.join().looked().forEach(each -> findings.add(each.finding())));
                    return List.copyOf(findings);
                });
    }

    /** What is left of one that should be there and is not may be seen; whether that is all cannot. */
    private List<Finding> withSilence(ContainerSource source, List<Finding> findings) {
        return source.nobody()
                .filter(tried -> source.expected())
                .map(tried -> Stream.concat(findings.stream(), Stream.of(unknown(source, tried)))
                        .toList())
                .orElse(findings);
    }

    private List<Finding> blind(ContainerSource source, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        boolean absent = EngineFailures.isAbsence(cause) && room.mayBeAbsent(source);
        room.reports().blind(source.name(), String.valueOf(cause.getMessage()), absent);
        return absent ? List.of() : List.of(unknown(source, String.valueOf(cause.getMessage())));
    }

    private Finding unknown(ContainerSource source, String why) {
        return new Finding.Unknown(
                Subject.HOST,
                RootFindings.LOST.name(),
                source.name() + ": " + why,
                room.clock().now());
    }
}
