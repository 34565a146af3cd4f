package dev.watchdog.cli;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Outcome;
import dev.watchdog.healing.Proposal;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One container whose root is lost until it is healed: what the examples of the documentation are about. */
final class BrokenContainer implements Domain {
    private static final String LOST = "container.rootfs-lost";
    private static final String RESTORE = "container.restore-rootfs";

    private final Subject subject;
    private volatile boolean healed;

    BrokenContainer(String id) {
        subject = new Subject("container", id);
    }

    boolean healed() {
        return healed;
    }

    /** What can be set. */
    record ContainerSettings(Enabled enabled) {}

    @Override
    public String name() {
        return "containers";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return List.of(new FaultKind(LOST, "container", Severity.ERROR, "a lost root"));
    }

    @Override
    public List<ActionKind> actionKinds() {
        return List.of(new ActionKind(RESTORE, java.time.Duration.ofSeconds(10), "put it back"));
    }

    @Override
    public Record defaults() {
        return new ContainerSettings(Enabled.AUTO);
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of(new SubjectTable("containers", "container", "the containers that are watched", List.of()));
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        return new Watching(context);
    }

    private final class Watching implements DomainRuntime {
        private final DomainContext given;

        Watching(DomainContext given) {
            this.given = given;
        }

        @Override
        public List<Unit> units() {
            return List.of(new Unit("container-healer", Worker::new, true, false));
        }

        @Override
        public List<WatchedSubject> inventory() {
            return List.of(new WatchedSubject(subject, "web-1", healed ? "healthy" : "faulty", Map.of()));
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(List.of(look()));
        }

        @Override
        public void close() {}

        private Finding look() {
            return healed
                    ? new Finding.Healthy(subject, LOST, given.clock().now())
                    : new Finding.Faulty(
                            subject,
                            LOST,
                            Evidence.of("its root is lost"),
                            new Proposal(RESTORE, Evidence.of("put it back")),
                            given.clock().now(),
                            given.clock().now());
        }

        private final class Worker extends VerticleBase {
            @Override
            public Future<?> start() {
                vertx.setPeriodic(50, timer -> given.bus().report(List.of(look())));
                given.bus().look(LOST, key -> given.bus().report(List.of(look())));
                given.bus().recover(RESTORE, ignored -> given.bus().report(List.of(look())));
                return given.bus()
                        .remedy(RESTORE, action -> {
                            healed = true;
                            return Future.succeededFuture(new Outcome.Succeeded(
                                    Evidence.of("put back"),
                                    Map.of(),
                                    given.clock().now().sinceBoot()));
                        })
                        .completion();
            }
        }
    }
}
