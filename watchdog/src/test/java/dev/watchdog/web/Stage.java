package dev.watchdog.web;

import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A made-up agent around the doors. */
public final class Stage {
    public static final FaultKind FAULT_KIND =
            new FaultKind("container.rootfs-lost", "container", Severity.ERROR, "rootfs mount lost");
    public static final ActionKind ACTION_KIND =
            new ActionKind("container.restore-rootfs", Duration.ofSeconds(30), "mount it again");
    public static final Policy POLICY = new Policy(
            Map.of(FAULT_KIND.name(), Mode.HEAL),
            Gates.SHIPPED,
            Map.of(FAULT_KIND.name(), FAULT_KIND),
            Map.of(ACTION_KIND.name(), ACTION_KIND));
    public static final HostClock CLOCK = () -> new Moment("boot", Duration.ofSeconds(160), MemoryJournal.TIME);

    public final MemoryJournal journal = new MemoryJournal();
    public final Vertx vertx = Vertx.vertx();
    public final Bus bus = new Bus(vertx);
    public final MeterRegistry registry = new SimpleMeterRegistry();
    public volatile boolean live = true;
    public volatile boolean ready = true;

    public Sources sources(LiveState state, String subjectName) {
        return sources(state, subjectName, CLOCK);
    }

    public Sources sources(LiveState state, String subjectName, HostClock clock) {
        DomainRuntime runtime = new OneBox(subjectName);
        return new Sources(
                new About(
                        "host-1",
                        "node1",
                        Map.of("rack", "r1"),
                        "0.1",
                        new Moment("boot", Duration.ofSeconds(100), MemoryJournal.TIME)),
                journal,
                state,
                bus,
                POLICY,
                clock,
                List.of(new Boxes(runtime)),
                () -> List.of(runtime),
                new FixedHealth(),
                () -> "watchdog_paused 0\n",
                registry,
                () -> null);
    }

    public void close() {
        await(vertx.close());
        journal.close();
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(String.valueOf(e.getCause()), e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private final class FixedHealth implements Health {
        @Override
        public List<Check> live() {
            return List.of(new Check("loops", live, live ? "turning" : "the healer has not turned for 9 s"));
        }

        @Override
        public List<Check> ready() {
            return List.of(new Check("journal", ready, ready ? "writable" : "the disk is full"));
        }
    }

    /** A domain that watches one container. */
    public record Boxes(DomainRuntime runtime) implements Domain {
        @Override
        public String name() {
            return "boxes";
        }

        @Override
        public List<FaultKind> faultKinds() {
            return List.of(FAULT_KIND);
        }

        @Override
        public List<ActionKind> actionKinds() {
            return List.of(ACTION_KIND);
        }

        @Override
        public Record defaults() {
            return POLICY;
        }

        @Override
        public List<SubjectTable> tables() {
            return List.of(new SubjectTable("boxes", "container", "the boxes", List.of("image")));
        }

        @Override
        public DomainRuntime open(DomainContext context) {
            return runtime;
        }
    }

    /** One subject, by a name of the test's choice. */
    public record OneBox(String name) implements DomainRuntime {
        @Override
        public List<Unit> units() {
            return List.of();
        }

        @Override
        public List<WatchedSubject> inventory() {
            return List.of(new WatchedSubject(new Subject("container", "abc"), name, "healthy", Map.of("image", name)));
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {}
    }
}
