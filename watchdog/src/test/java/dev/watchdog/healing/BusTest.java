package dev.watchdog.healing;

import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the healer asks of a domain that comes up later is not lost. */
class BusTest {
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_domain_that_comes_up_late_is_asked_to_recover_and_to_look() {
        Moment now = new Moment("boot", Duration.ofHours(1), Instant.EPOCH);
        Action action = new Action(
                "a1",
                "lamp.mend",
                "f1",
                Subject.parse("lamp/1"),
                "lamp.out",
                Evidence.of("a plan"),
                Duration.ofHours(2),
                Stages.decided(now, now, now));
        FaultKey key = new FaultKey(Subject.parse("lamp/1"), "lamp.out");
        List<Object> heard = new CopyOnWriteArrayList<>();
        bus.askToRecover(action);
        bus.askToLook(key);
        bus.recover("lamp.mend", heard::add);
        bus.look("lamp.out", heard::add);
        await().until(() -> heard.contains(action) && heard.contains(key));
    }
}
