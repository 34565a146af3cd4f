package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.watchdog.linux.Attribution;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UniqueMountId;
import dev.watchdog.testing.NeedsRoot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A restart of an engine ends the process first that its namespace is followed through. */
@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class FollowedNamespacesKernelIT {
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch ended = new CountDownLatch(1);
    private HostClock clock;
    private MountEvents events;
    private FollowedNamespaces followed;
    private PretendContainer container;
    private long namespace;
    private long mount;

    /** Nobody looks: so a successor of the process that ended is never found. */
    private final class NoLooks implements MountSignals.Looks {
        @Override
        public Future<Boolean> at(Set<String> containers, Map<Long, Moment> signalled) {
            return Future.succeededFuture(false);
        }

        @Override
        public Future<Boolean> in(Map<Long, Moment> signalled) {
            ended.countDown();
            return Future.succeededFuture(false);
        }
    }

    @BeforeEach
    void followThroughAProcessThatEnds() throws Exception {
        clock = SystemClock.open();
        events = new MountEvents(clock);
        assumeTrue(events.unavailable() == null, "skipped: " + events.unavailable());
        followed = new FollowedNamespaces(clock, events);
        container = PretendContainer.make(Second.NONE);
        namespace = Processes.mountNamespace(container.runner());
        try (Pidfd process = Pidfd.open(container.runner());
                RootView view = RootView.of(process)) {
            mount = UniqueMountId.of(view, container.rootfs());
        }
        events.expect(mount);
        Process engine = new ProcessBuilder("nsenter", "-m", "-t", "" + container.runner(), "cat").start();
        try (Views views = new Views()) {
            int pid = (int) engine.pid();
            await().atMost(PretendRoom.PATIENCE).until(() -> Processes.mountNamespace(pid) == namespace);
            MountSignals signals =
                    new MountSignals(vertx, vertx.getOrCreateContext(), clock, mount -> null, new NoLooks());
            assertThat(followed.follow(views.of(TrustedProcess.prove(pid)), signals))
                    .isTrue();
            engine.destroyForcibly().waitFor();
            assertThat(ended.await(PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            engine.destroyForcibly().waitFor();
        }
    }

    @AfterEach
    void close() throws Exception {
        if (container != null) {
            container.close();
        }
        if (followed != null) {
            followed.close();
        }
        events.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatHappensBeforeAnotherProcessIsFoundIsHeard() throws Exception {
        followed.forgetBut(Set.of(namespace));
        container.loseMount(false);
        assertThat(who()).isInstanceOf(Attribution.Known.class);
    }

    @Test
    void whereNobodyIsNeededAnyMoreNobodyListens() throws Exception {
        followed.forgetBut(Set.of());
        container.loseMount(false);
        assertThat(who()).isInstanceOf(Attribution.NotKnown.class);
    }

    private Attribution who() {
        return events.whoDetached(namespace, mount, Duration.ofMillis(50));
    }
}
