package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KnownNamesTest {
    private static final FaultCleared OVER = new FaultCleared("f1", "container.rootfs-lost", "gone", Instant.EPOCH);

    private final List<WatchedSubject> watched = new ArrayList<>();
    private long millis;
    private int looks;
    private final KnownNames names = new KnownNames(
            "lab-7",
            new LiveState(),
            () -> List.of(new Watching()),
            () -> new Moment("boot", Duration.ofMillis(millis), Instant.EPOCH));

    @Test
    void theHostIsItsOwnSubject() {
        assertThat(names.of(event("host", OVER))).isEqualTo(new EventNames("lab-7", "lab-7"));
    }

    @Test
    void anEventThatTellsANameTeachesItForThoseAfterIt() {
        Evidence evidence = Evidence.of("lost").with("containerName", "web");

        assertThat(names.of(event("container/c1", OVER))).isEqualTo(new EventNames("lab-7", ""));
        assertThat(names.of(event("container/c1", new FaultRaised("f1", "container.rootfs-lost", evidence))))
                .isEqualTo(new EventNames("lab-7", "web"));
        assertThat(names.of(event("container/c1", OVER)).subject()).isEqualTo("web");
        assertThat(names.of(event(
                                "container/c2",
                                new ActionEvent.Started("a1", "f1", "container.restore-rootfs", evidence)))
                        .subject())
                .isEqualTo("web");
    }

    @Test
    void whatIsWatchedIsLookedAtNowAndThen() {
        watch("one");
        assertThat(names.of(event("container/c1", OVER)).subject()).isEqualTo("one");
        watched.clear();
        watch("other");
        assertThat(names.of(event("container/c1", OVER)).subject()).isEqualTo("one");
        assertThat(looks).isEqualTo(1);
        millis += KnownNames.LOOK_EVERY.toMillis();
        assertThat(names.of(event("container/c1", OVER)).subject()).isEqualTo("other");
        watched.clear();
        millis += KnownNames.LOOK_EVERY.toMillis();
        assertThat(names.of(event("container/c1", OVER)).subject())
                .as("of one that has gone")
                .isEqualTo("other");
    }

    @Test
    void soManyAreRememberedAndNoMore() {
        for (int i = 0; i <= KnownNames.MOST; i++) {
            Evidence evidence = Evidence.of("lost").with("name", "n" + i);
            names.of(event("container/c" + i, new FaultRaised("f1", "container.rootfs-lost", evidence)));
        }
        assertThat(names.of(event("container/c0", OVER)).subject()).isEmpty();
        assertThat(names.of(event("container/c1", OVER)).subject()).isEqualTo("n1");
    }

    private void watch(String name) {
        watched.add(new WatchedSubject(Subject.parse("container/c1"), name, "healthy", Map.of()));
    }

    private static Event event(String subject, EventData data) {
        return new Event(
                "/hosts/h/j", 1, Subject.parse(subject), Instant.EPOCH, Instant.EPOCH, Severity.INFO, null, null, data);
    }

    private final class Watching implements DomainRuntime {
        @Override
        public List<Unit> units() {
            return List.of();
        }

        @Override
        public List<WatchedSubject> inventory() {
            looks++;
            return List.copyOf(watched);
        }

        @Override
        public CompletableFuture<List<Finding>> check() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {}
    }
}
