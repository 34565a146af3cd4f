package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.FaultKey;
import dev.watchdog.healing.Mode;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import io.vertx.core.eventbus.DeliveryOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is started again while a fault is open knows of the fault before it knows what runs. */
@NeedsRoot
class SuccessorKernelIT {
    private static final String ID = "0d0e0a0d".repeat(8);
    private static final FaultKey FAULT = new FaultKey(new Subject(Watched.KIND, ID), RootFindings.LOST.name());

    @TempDir
    Path directory;

    /** An inventory that tells when the test says so. */
    private static final class Told implements ContainerSource {
        private final PretendSource source;
        private final CompletableFuture<Listener> listener = new CompletableFuture<>();

        Told(PretendContainer container) {
            source = new PretendSource(container);
        }

        void tell() throws Exception {
            source.follow(listener.get(PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public void follow(Listener told) {
            listener.complete(told);
        }

        @Override
        public CompletableFuture<List<RunningContainer>> list() {
            return source.list();
        }

        @Override
        public void close() {
            source.close();
        }
    }

    @Test
    void whatIsListedAndNotLookedAtYetHasNotGone() throws Exception {
        try (PretendContainer container = PretendContainer.make(Second.PRIVATE)) {
            try (PretendRoom earlier = room(new PretendSource(container))) {
                container.loseMount(true);
                earlier.awaitCount(FaultRaised.class, 1);
            }
            Told source = new Told(container);
            try (PretendRoom room = room(source)) {
                CountDownLatch release = new CountDownLatch(1);
                try {
                    occupy(room.room.threads(), release);
                    source.tell();
                    look(room);
                    // answered when all that was asked of the healer before has been written
                    assertThat(room.ask("resume", Map.of(), "test").succeeded()).isTrue();
                    assertThat(room.count(FaultCleared.class)).as(room.story()).isZero();
                } finally {
                    release.countDown();
                }
                room.awaitState("faulty", ID);
                assertThat(room.count(FaultCleared.class)).as(room.story()).isZero();
            }
        }
    }

    private PretendRoom room(ContainerSource source) throws Exception {
        return new PretendRoom(directory, Mode.OBSERVE, RepairStep.UNHEARD, (context, threads) -> List.of(source));
    }

    /** Nothing can be taken under watch until it is released. */
    private static void occupy(MountNamespaces threads, CountDownLatch release) throws Exception {
        CountDownLatch busy = new CountDownLatch(ContainersRuntime.THREADS);
        List<CompletableFuture<Boolean>> ignored = new ArrayList<>();
        for (int i = 0; i < ContainersRuntime.THREADS; i++) {
            ignored.add(threads.here(PretendRoom.PATIENCE, () -> {
                busy.countDown();
                release.await();
                return true;
            }));
        }
        assertThat(busy.await(PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    /** As the healer asks for it; returns when the detector has been asked. */
    private static void look(PretendRoom room) throws Exception {
        room.vertx
                .eventBus()
                .request("watchdog.look." + FAULT.kind(), FAULT, new DeliveryOptions().setLocalOnly(true))
                .toCompletionStage()
                .toCompletableFuture()
                .get(PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
