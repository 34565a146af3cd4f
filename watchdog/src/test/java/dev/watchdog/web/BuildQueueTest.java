package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BuildQueueTest {
    private final Vertx vertx = Vertx.vertx();
    private final BuildQueue queue = new BuildQueue(vertx.getOrCreateContext(), this::clock);
    private volatile Duration now = Duration.ofSeconds(100);
    private final List<String> built = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        Stage.await(vertx.close());
    }

    @Test
    void onePeersManyDoNotDelayAnothersOne() {
        Promise<String> first = Promise.promise();
        List<Future<?>> all = new ArrayList<>();
        onLoop(() -> {
            all.add(queue.submit(peer("a"), () -> false, first::future));
            for (int i = 1; i <= 3; i++) {
                all.add(build("a", "a" + i));
            }
            all.add(build("b", "b1"));
        });
        assertThat(built).isEmpty();
        first.complete("a0");
        Stage.await(Future.all(all));
        assertThat(built).containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    void restsAsLongAsABuildTook() {
        Promise<String> first = Promise.promise();
        List<Future<?>> all = new ArrayList<>();
        onLoop(() -> {
            all.add(queue.submit(peer("a"), () -> false, first::future));
            all.add(build("b", "b1"));
        });
        now = now.plusMillis(300);
        long ended = System.nanoTime();
        first.complete("a0");
        Stage.await(all.get(1));
        assertThat(Duration.ofNanos(System.nanoTime() - ended)).isGreaterThanOrEqualTo(Duration.ofMillis(299));
    }

    @Test
    void passesOverWhatNobodyWaitsForAndGoesOnAfterAFailure() {
        List<Future<?>> all = new ArrayList<>();
        onLoop(() -> {
            all.add(queue.submit(peer("a"), () -> false, () -> {
                throw new IllegalStateException("broken");
            }));
            all.add(queue.submit(peer("a"), () -> true, () -> done("gone")));
            all.add(build("a", "last"));
        });
        Stage.await(all.get(2));
        assertThat(all.get(0).failed()).isTrue();
        assertThat(all.get(1).failed()).isTrue();
        assertThat(built).containsExactly("last");
    }

    private Moment clock() {
        return new Moment("boot", now, MemoryJournal.TIME);
    }

    private Future<String> build(String peer, String what) {
        return queue.submit(peer(peer), () -> false, () -> done(what));
    }

    private Future<String> done(String what) {
        built.add(what);
        return Future.succeededFuture(what);
    }

    private static Peer peer(String name) {
        return Peer.address(name);
    }

    private void onLoop(Runnable work) {
        Promise<Void> done = Promise.promise();
        vertx.getOrCreateContext().runOnContext(run -> {
            work.run();
            done.complete();
        });
        Stage.await(done.future());
    }
}
