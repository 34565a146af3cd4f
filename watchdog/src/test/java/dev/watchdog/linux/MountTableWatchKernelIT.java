package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class MountTableWatchKernelIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private record Told(String what, long namespace, Moment at) {}

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final MountTableListener listener = new MountTableListener() {
        @Override
        public void changed(long namespace, Moment at) {
            told.add(new Told("changed", namespace, at));
        }

        @Override
        public void ended(long namespace, Moment at) {
            told.add(new Told("ended", namespace, at));
        }
    };

    private SystemClock clock;
    private MountTableWatch watch;

    @BeforeEach
    void open() throws IOException {
        clock = SystemClock.open();
        watch = new MountTableWatch(clock);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private Told next() throws InterruptedException {
        Told next = told.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void seesAnUnmountElsewhereAtOnce() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            long first = Processes.mountNamespace(container.runner());
            long second = Processes.mountNamespace(container.second());
            watch.watch(container.runner(), first, listener);
            watch.watch(container.second(), second, listener);
            assertThat(watch.watched()).containsExactlyInAnyOrder(first, second);

            Moment before = clock.now();
            container.loseMount(false);
            Told seen = next();
            assertThat(seen.what()).isEqualTo("changed");
            assertThat(seen.namespace()).isEqualTo(first);
            assertThat(seen.at().sinceBoot())
                    .isBetween(before.sinceBoot(), clock.now().sinceBoot());

            // removing the directory takes the mount of the other namespace down
            container.cover();
            assertThat(next().namespace()).isEqualTo(first);
            container.loseMount(true);
            Set<Long> both = new HashSet<>();
            both.add(next().namespace());
            both.add(next().namespace());
            assertThat(both).contains(second);
        }
    }

    @Test
    void manyChangesMayCoalesceButTheLastIsTold() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            long namespace = Processes.mountNamespace(container.runner());
            watch.watch(container.runner(), namespace, listener);
            for (int i = 0; i < 200; i++) {
                container.cover();
                container.loseMount(false);
            }
            Moment last = clock.now();
            container.cover();
            Told latest;
            do {
                latest = next();
            } while (latest.at().sinceBoot().compareTo(last.sinceBoot()) < 0);
            assertThat(told.size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void endsWithItsProcessAndHoldsNothingThen() throws Exception {
        Root.keepsNothing(this::watchUntilItEnds);
    }

    private void watchUntilItEnds() throws Exception {
        long namespace;
        try (PretendContainer container = PretendContainer.make(Second.NONE)) {
            namespace = Processes.mountNamespace(container.runner());
            watch.watch(container.runner(), namespace, listener);
        }
        Told end;
        do {
            end = next();
        } while (end.what().equals("changed"));
        assertThat(end.namespace()).isEqualTo(namespace);
        assertThat(watch.watched()).isEmpty();
        assertThat(Root.namespacesHeld()).noneMatch(h -> h.endsWith("/mountinfo"));
    }

    @Test
    void unwatchedIsNotTold() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            long first = Processes.mountNamespace(container.runner());
            long second = Processes.mountNamespace(container.second());
            watch.watch(container.runner(), first, listener);
            watch.watch(container.second(), second, listener);
            watch.unwatch(first);
            await().atMost(SOON).untilAsserted(() -> assertThat(openTables()).isEqualTo(1));
            container.loseMount(true);
            assertThat(next().namespace()).isEqualTo(second);
            assertThat(told).noneMatch(t -> t.namespace() == first);
            // watched anew it is told again, and only once
            watch.watch(container.runner(), first, listener);
            watch.watch(container.runner(), first, listener);
            await().atMost(SOON).untilAsserted(() -> assertThat(openTables()).isEqualTo(2));
        }
    }

    private static long openTables() throws IOException {
        long count = 0;
        try (var links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                try {
                    if (Files.readSymbolicLink(link).endsWith("mountinfo")) {
                        count++;
                    }
                } catch (IOException e) {
                    // the directory's own descriptor
                }
            }
        }
        return count;
    }

    @Test
    void aListenerThatFailsHarmsNoOther() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            long first = Processes.mountNamespace(container.runner());
            long second = Processes.mountNamespace(container.second());
            watch.watch(container.runner(), first, new MountTableListener() {
                @Override
                public void changed(long namespace, Moment at) {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void ended(long namespace, Moment at) {}
            });
            watch.watch(container.second(), second, listener);
            container.loseMount(true);
            assertThat(next().namespace()).isEqualTo(second);
        }
    }

    @Test
    void theWrongNamespaceAndTheDeadAreRefused() throws Exception {
        int self = (int) ProcessHandle.current().pid();
        Root.keepsNothing(() -> {
            assertThatThrownBy(() -> watch.watch(self, 1, listener))
                    .hasMessageContaining("is not in mount namespace 1");
            assertThatThrownBy(() -> watch.watch(Integer.MAX_VALUE, 1, listener))
                    .hasMessageContaining("ESRCH");
        });
        watch.unwatch(5);
        watch.close();
        assertThatThrownBy(() -> watch.watch(self, Processes.mountNamespace(self), listener))
                .hasMessageContaining("closed");
    }
}
