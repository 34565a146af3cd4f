package dev.watchdog.kafka;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Outcome;
import dev.watchdog.healing.Planned;
import dev.watchdog.healing.Proposal;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.healing.WatchedSubject;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A domain with one verb, which writes a line into a file each time it is carried out: what was done can be counted. */
public final class TickDomain implements Domain {
    public static final String VERB = "tick";
    private static final String KIND = "ticker";
    private static final String WANTED = "ticker.wanted";
    private static final String MAKE = "ticker.tick";

    private final Path file;

    public TickDomain(Path file) {
        this.file = file;
    }

    /** What can be set. */
    public record TickSettings(Enabled enabled) {}

    @Override
    public String name() {
        return "ticks";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return List.of(new FaultKind(WANTED, KIND, Severity.INFO, "a tick is wanted", Nature.WISH));
    }

    @Override
    public List<ActionKind> actionKinds() {
        return List.of(new ActionKind(MAKE, java.time.Duration.ofSeconds(10), "tick"));
    }

    @Override
    public List<VerbKind> verbs() {
        return List.of(new VerbKind(VERB, List.of("n"), KIND, WANTED, "tick once"));
    }

    @Override
    public Record defaults() {
        return new TickSettings(Enabled.AUTO);
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of();
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        return new Ticks(context);
    }

    private final class Ticks implements DomainRuntime {
        private final DomainContext given;

        Ticks(DomainContext context) {
            this.given = context;
        }

        @Override
        public List<Unit> units() {
            return List.of(new Unit("ticker", Ticker::new, true, false));
        }

        @Override
        public List<WatchedSubject> inventory() {
            return List.of(new WatchedSubject(new Subject(KIND, "0"), "the ticker", "healthy", Map.of()));
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {
            // holds nothing
        }

        private final class Ticker extends VerticleBase {
            @Override
            public Future<?> start() {
                given.bus().recover(MAKE, action -> given.bus().report(List.of(gone(action.subject()))));
                given.bus().look(WANTED, key -> given.bus().report(List.of(gone(key.subject()))));
                return Future.all(
                        given.bus().plan(VERB, this::plan).completion(),
                        given.bus().remedy(MAKE, this::tick).completion());
            }

            private Finding gone(Subject subject) {
                return new Finding.Gone(subject, WANTED, given.clock().now());
            }

            private Future<Planned> plan(Command command) {
                return Future.succeededFuture(new Planned.Proposed(new Finding.Faulty(
                        new Subject(KIND, command.argument("n")),
                        WANTED,
                        Evidence.of("a tick is wanted"),
                        new Proposal(MAKE, Evidence.of("tick")),
                        given.clock().now(),
                        given.clock().now())));
            }

            /** Takes a while before and after the deed, so that a kill can come between. */
            private Future<Outcome> tick(Action action) {
                int n = Integer.parseInt(action.subject().id());
                return vertx.timer(1 + n * 7 % 40, TimeUnit.MILLISECONDS)
                        .compose(before -> write(action))
                        .compose(done -> vertx.timer(1 + n * 11 % 40, TimeUnit.MILLISECONDS))
                        .map(after -> new Outcome.Succeeded(
                                Evidence.of("ticked"),
                                Map.of(),
                                given.clock().now().sinceBoot()));
            }

            private Future<Void> write(Action action) {
                try {
                    Files.writeString(
                            file, action.subject().id() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    return Future.succeededFuture();
                } catch (IOException e) {
                    return Future.failedFuture(e);
                }
            }
        }
    }
}
