package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MountSignalsTest {
    private static final long HERE = 7;
    private static final long ROOT = 1_000;

    /** Milliseconds; timers are real, so a look that is due is due by this as well. */
    private final AtomicLong now = new AtomicLong();

    private final HostClock clock = () -> at(now.get());
    private final Vertx vertx = Vertx.vertx();
    private final Recorded looks = new Recorded();
    private final MountSignals signals = new MountSignals(
            vertx, vertx.getOrCreateContext(), clock, mount -> mount >= ROOT ? "c" + mount : null, looks);

    private static Moment at(long millis) {
        return new Moment("boot", Duration.ofMillis(millis), Instant.ofEpochMilli(millis));
    }

    /** Each look ends when it is told to. */
    private static final class Recorded implements MountSignals.Looks {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final List<Promise<Boolean>> running = new ArrayList<>();

        @Override
        public Future<Boolean> at(Set<String> containers, Map<Long, Moment> signalled) {
            return look("at " + containers.stream().sorted().toList() + " since "
                    + signalled.values().iterator().next().sinceBoot().toMillis());
        }

        @Override
        public Future<Boolean> in(Map<Long, Moment> signalled) {
            return look("in " + signalled.keySet() + " since "
                    + signalled.values().iterator().next().sinceBoot().toMillis());
        }

        private synchronized Future<Boolean> look(String what) {
            seen.add(what);
            Promise<Boolean> end = Promise.promise();
            running.add(end);
            return end.future();
        }

        synchronized void end() {
            List<Promise<Boolean>> ended = List.copyOf(running);
            running.clear();
            ended.forEach(each -> each.complete(false));
        }
    }

    @AfterEach
    void close() throws Exception {
        boolean ignored =
                vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS) == null;
    }

    @Test
    void theContainerWhoseMountHasGoneIsLookedAtAtOnceAndNoOther() {
        signals.detached(HERE, ROOT + 1, at(0));
        assertThat(looks.seen).containsExactly("at [c1001] since 0");
        looks.end();
        signals.detached(HERE, ROOT + 2, at(0));
        assertThat(looks.seen).as("without a rest").hasSize(2).last().isEqualTo("at [c1002] since 0");
    }

    @Test
    void thoseThatGoDuringALookAreOneLookAfterIt() {
        signals.detached(HERE, ROOT + 1, at(0));
        signals.detached(HERE, ROOT + 3, at(5));
        signals.detached(HERE, ROOT + 2, at(4));
        assertThat(looks.seen).hasSize(1);
        looks.end();
        assertThat(looks.seen).hasSize(2).last().isEqualTo("at [c1002, c1003] since 4");
    }

    @Test
    void whatElseHappensIsOneLookASecondAndDelaysNoLoss() {
        signals.changed(HERE, at(0));
        assertThat(looks.seen).containsExactly("in [7] since 0");
        now.set(10);
        looks.end();
        for (int i = 0; i < 100; i++) {
            signals.changed(HERE, at(11));
        }
        signals.detached(HERE, 3, at(12));
        assertThat(looks.seen).as("mounts that were no roots").hasSize(1);
        signals.detached(HERE, ROOT, at(13));
        assertThat(looks.seen).hasSize(2).last().isEqualTo("at [c1000] since 13");
        now.set(1_010);
        await().atMost(Duration.ofMinutes(2)).until(() -> looks.seen.size() == 3);
        assertThat(looks.seen).last().as("dated by the look").isEqualTo("in [7] since 1010");
    }

    @Test
    void whereNothingIsNamedAllAreLookedAtAtOnce() {
        signals.changed(HERE, at(0));
        looks.end();
        signals.missed(HERE, at(1));
        signals.missed(8, at(1));
        assertThat(looks.seen).containsExactly("in [7] since 0", "in [7] since 1");
        looks.end();
        assertThat(looks.seen).last().isEqualTo("in [8] since 1");
    }

    @Test
    void afterItsEndNothingIsLookedAt() {
        signals.detached(HERE, ROOT, at(0));
        signals.detached(HERE, ROOT + 1, at(0));
        signals.close();
        signals.missed(HERE, at(1));
        assertThat(looks.seen).containsExactly("at [c1000] since 0");
    }
}
