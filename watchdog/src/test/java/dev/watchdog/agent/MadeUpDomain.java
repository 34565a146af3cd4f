package dev.watchdog.agent;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Action;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Outcome;
import dev.watchdog.healing.Planned;
import dev.watchdog.healing.Proposal;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.healing.WatchedSubject;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A fault domain that exists nowhere: lamps that burn out and are changed. One package, one line in the list. */
public final class MadeUpDomain implements Domain {
    static final Subject LAMP = new Subject("lamp", "hall");
    static final String DARK = "lamp.dark";
    static final String DIM = "lamp.dim";
    static final String BRIGHTER = "lamp.brighter";
    static final String CHANGE = "lamp.change";
    static final String POLISH = "polish";

    final AtomicBoolean burns = new AtomicBoolean(true);
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicInteger changed = new AtomicInteger();
    volatile boolean seen = true;
    volatile boolean dim;
    volatile boolean removed;
    volatile List<SourceReport> sources = List.of();
    volatile boolean wish;
    /** When set, a change of lamp ends only when the test says so. */
    volatile @Nullable Promise<Outcome> slow;

    /** What it does before its agent stops; given its bus and the stop's id. */
    volatile BiFunction<Bus, String, CompletableFuture<Void>> last =
            (bus, id) -> CompletableFuture.completedFuture(null);

    volatile @Nullable LampSettings settings;

    /** The lamp burns out. */
    public void breakIt() {
        burns.set(false);
    }

    /** The lamp begins to flicker, or stops. */
    public void dim(boolean flickers) {
        dim = flickers;
    }

    /** The lamp could be brighter, or need not any more. */
    public void wish(boolean brighter) {
        wish = brighter;
    }

    /** Where lamps are looked for, and who answers. */
    public void sources(List<SourceReport> told) {
        sources = List.copyOf(told);
    }

    /** There is no lamp. */
    public void remove() {
        removed = true;
    }

    /** The lamp cannot be seen any more. */
    public void hide() {
        seen = false;
    }

    /** What can be set. */
    public record LampSettings(Enabled enabled, Duration sweep, int watts) {
        public LampSettings {
            if (watts < 1) {
                throw new IllegalArgumentException("must be at least 1");
            }
        }
    }

    @Override
    public String name() {
        return "lamps";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return List.of(
                new FaultKind(DARK, "lamp", Severity.ERROR, "a lamp is dark"),
                new FaultKind(DIM, "lamp", Severity.WARN, "a lamp will go dark"),
                new FaultKind(BRIGHTER, "lamp", Severity.INFO, "a lamp could be brighter", Nature.WISH));
    }

    @Override
    public List<ActionKind> actionKinds() {
        return List.of(new ActionKind(CHANGE, Duration.ofSeconds(10), "change the lamp"));
    }

    @Override
    public List<VerbKind> verbs() {
        return List.of(new VerbKind(POLISH, List.of("lamp"), "lamp", BRIGHTER, "make a lamp brighter"));
    }

    @Override
    public Record defaults() {
        return new LampSettings(Enabled.AUTO, Duration.ofMillis(20), 60);
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of(new SubjectTable("lamps", "lamp", "the lamps that are watched", List.of("watts")));
    }

    @Override
    public Optional<Explanation> explain(String kind, Evidence evidence) {
        return Optional.of(new Explanation(
                "It was dark in the hall.",
                "Not known.",
                "burnt-out",
                "The lamp burnt out.",
                "Lamps do.",
                "likely",
                List.of("A better lamp. " + evidence.summary())));
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        settings = (LampSettings) context.settings();
        return new Lamps(context);
    }

    private final class Lamps implements DomainRuntime {
        private final DomainContext given;

        Lamps(DomainContext context) {
            this.given = context;
        }

        @Override
        public List<Unit> units() {
            return List.of(
                    new Unit("lamp-changer", Changer::new, true, false),
                    new Unit("lamp-watcher", Watcher::new, false, false));
        }

        @Override
        public List<WatchedSubject> inventory() {
            return List.of(new WatchedSubject(
                    LAMP, "hall\u001b[31m lamp", burns.get() ? "healthy" : "faulty", Map.of("watts", "60")));
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(removed ? List.of() : all());
        }

        @Override
        public List<SourceReport> sourceReports() {
            return sources;
        }

        @Override
        public CompletableFuture<Void> giveBack(String id) {
            return last.apply(given.bus(), id);
        }

        @Override
        public void close() {
            closed.set(true);
        }

        private List<Finding> all() {
            Finding flicker = new Finding.Faulty(
                    LAMP,
                    DIM,
                    Evidence.of("the hall lamp flickers"),
                    null,
                    given.clock().now(),
                    given.clock().now());
            Finding steady = new Finding.Healthy(LAMP, DIM, given.clock().now());
            return List.of(look(), dim ? flicker : steady, brightness());
        }

        private Finding brightness() {
            return wish
                    ? new Finding.Faulty(
                            LAMP,
                            BRIGHTER,
                            Evidence.of("the hall lamp could be brighter"),
                            new Proposal(CHANGE, Evidence.of("a brighter lamp")),
                            given.clock().now(),
                            given.clock().now())
                    : new Finding.Healthy(LAMP, BRIGHTER, given.clock().now());
        }

        private Finding look() {
            if (!seen) {
                return new Finding.Unknown(
                        LAMP, DARK, "the door is shut", given.clock().now());
            }
            return burns.get()
                    ? new Finding.Healthy(LAMP, DARK, given.clock().now())
                    : new Finding.Faulty(
                            LAMP,
                            DARK,
                            Evidence.of("the hall lamp is dark"),
                            new Proposal(CHANGE, Evidence.of("a new lamp")),
                            given.clock().now(),
                            given.clock().now());
        }

        private final class Watcher extends VerticleBase {
            @Override
            public Future<?> start() {
                vertx.setPeriodic(
                        Objects.requireNonNull(settings).sweep().toMillis(),
                        timer -> given.bus().report(all()));
                return given.bus()
                        .look(DARK, key -> given.bus().report(List.of(look())))
                        .completion();
            }
        }

        private final class Changer extends VerticleBase {
            @Override
            public Future<?> start() {
                given.bus().recover(CHANGE, ignored -> given.bus().report(List.of(look())));
                given.bus()
                        .plan(
                                POLISH,
                                command -> Future.succeededFuture(
                                        command.argument("lamp").equals("hall")
                                                ? new Planned.Needless("the hall lamp is as bright as can be")
                                                : new Planned.Refused("there is no such lamp")));
                return given.bus().remedy(CHANGE, this::change).completion();
            }

            private Future<Outcome> change(Action ignored) {
                changed.incrementAndGet();
                Promise<Outcome> pending = slow;
                return pending != null ? pending.future().onSuccess(done -> burns.set(true)) : done();
            }

            private Future<Outcome> done() {
                burns.set(true);
                wish = false;
                return Future.succeededFuture(new Outcome.Succeeded(
                        Evidence.of("changed"), Map.of(), given.clock().now().sinceBoot()));
            }
        }
    }
}
