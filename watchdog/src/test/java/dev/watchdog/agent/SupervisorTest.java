package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Unit;
import dev.watchdog.linux.Moment;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SupervisorTest {
    private volatile Duration now = Duration.ofHours(1);
    private final ConcurrentLinkedQueue<Later> later = new ConcurrentLinkedQueue<>();
    private final List<Integer> exits = new CopyOnWriteArrayList<>();
    private final List<String> sights = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger stopped = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private Bus bus;
    private Supervisor supervisor;

    record Later(Duration delay, Runnable task) {}

    /** Throws in a handler when told to. */
    private final class Good extends VerticleBase {
        @Override
        public Future<?> start() {
            bus.recorded(id -> {
                throw new IllegalStateException("as told");
            });
            return Future.succeededFuture();
        }

        @Override
        public Future<?> stop() {
            stopped.incrementAndGet();
            return Future.succeededFuture();
        }
    }

    @BeforeEach
    void start() {
        bus = new Bus(vertx);
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            if (delivery.message().address().equals("watchdog.inputs")) {
                String text = delivery.message().body().toString();
                sights.add(text.replaceAll(".*sensor=([^,]+), blind=(.*?)]].*", "$1 $2"));
            }
            delivery.next();
        });
        supervisor = new Supervisor(
                vertx,
                () -> new Moment("boot", now, Instant.EPOCH),
                bus,
                exits::add,
                (delay, task) -> later.add(new Later(delay, task)));
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void aUnitThatStartsLivesAndIsSeen() {
        supervisor.start(unit(Good::new, false)).await();

        assertThat(supervisor.down(false)).isEmpty();
        assertThat(sights).containsExactly("unit:it null");
        assertThat(supervisor.failures()).isEmpty();
    }

    @Test
    void aHandlerThatThrowsCostsTheVerticleItsLifeAndAFreshOneTakesOver() {
        supervisor.start(unit(Good::new, false)).await();

        bus.tellRecorded(1);
        run(Duration.ofMillis(100));

        await().until(() -> supervisor.down(false).isEmpty());
        assertThat(made).hasValue(2);
        assertThat(stopped).hasValue(1);
        assertThat(sights).containsExactly("unit:it null", "unit:it as told");

        run(Duration.ofMillis(100));
        await().until(() -> sights.size() == 3);
        assertThat(sights).endsWith("unit:it null");
        assertThat(supervisor.failures()).containsEntry("it", 1L);
    }

    @Test
    void aUnitThatNeverStartsIsBlindAndDoesNotHoldUpTheRest() {
        supervisor
                .start(unit(
                        () -> {
                            throw new IllegalStateException("no\nsuch thing");
                        },
                        false))
                .await();

        assertThat(supervisor.down(false)).containsExactly("it");
        assertThat(sights).containsExactly("unit:it no");
        for (long delay : new long[] {100, 200, 400, 800, 1600, 3200}) {
            run(Duration.ofMillis(delay));
        }
        assertThat(exits).isEmpty();
    }

    @Test
    void aCoreUnitThatCannotLiveEndsTheProcess() {
        Future<Void> started = supervisor.start(unit(() -> failing(), true));
        for (long delay : new long[] {100, 200, 400, 800}) {
            assertThat(exits).isEmpty();
            run(Duration.ofMillis(delay));
        }

        await().until(started::isComplete);
        assertThat(started.failed()).isTrue();
        assertThat(exits).containsExactly(70);
        assertThat(later).noneMatch(each -> each.delay().equals(Duration.ofMillis(1600)));
        assertThat(sights).isEmpty();
    }

    @Test
    void aCoreUnitThatFailsNowAndThenGoesOn() {
        supervisor.start(unit(Good::new, true)).await();
        for (int i = 0; i < 12; i++) {
            now = now.plusSeconds(61);
            int before = made.get();
            long failures = i + 1L;
            bus.tellRecorded(1);
            await().until(() -> supervisor.failures().getOrDefault("it", 0L) == failures);
            run(Duration.ofMillis(100));
            await().until(() ->
                    made.get() == before + 1 && supervisor.down(true).isEmpty());
        }

        assertThat(exits).isEmpty();
    }

    @Test
    void aStartThatHangsIsAFailure() {
        Promise<Void> never = Promise.promise();
        Future<Void> started = supervisor.start(unit(() -> context -> never.future(), false));

        run(Supervised.PATIENCE);

        started.await();
        assertThat(sights).containsExactly("unit:it it did not start within 20 s");
        run(Duration.ofMillis(100));
        await().until(() -> made.get() == 2);
        never.complete();
        assertThat(supervisor.failures()).containsEntry("it", 1L);
    }

    @Test
    void stoppingEndsAllThatIsDueLater() {
        Unit unit = unit(() -> failing(), false);
        supervisor.start(unit).await();
        Future<Void> down = supervisor.stop(List.of(unit));
        down.await();

        run(Duration.ofMillis(100));

        vertx.runOnContext(then -> {});
        assertThat(made).hasValue(1);
    }

    @Test
    void unitsThatAreNoMoreAreNotBlindForEver() {
        supervisor.start(unit(Good::new, false)).await();
        sights.clear();

        supervisor.forgetStrangers(List.of("unit:it", "unit:old", "docker-events"));

        assertThat(sights).containsExactly("unit:old null");
    }

    private static Deployable failing() {
        return context -> Future.failedFuture("no luck");
    }

    private Unit unit(Supplier<Deployable> make, boolean core) {
        return new Unit(
                "it",
                () -> {
                    made.incrementAndGet();
                    return make.get();
                },
                false,
                core);
    }

    /** Waits until something is due after this long, and lets it happen. */
    private void run(Duration delay) {
        await().until(() -> later.stream().anyMatch(each -> each.delay().equals(delay)));
        List<Later> due =
                later.stream().filter(each -> each.delay().equals(delay)).toList();
        later.removeAll(due);
        due.forEach(each -> each.task().run());
    }
}
