package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.Engine;
import dev.watchdog.docker.EngineEvent;
import dev.watchdog.docker.EngineInfo;
import dev.watchdog.docker.EngineListener;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.testing.NeedsRoot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that speaks as the host's own does, and is somebody else's. */
@NeedsRoot
class UnprovenEngineKernelIT {
    private static final String ID = "6b".repeat(32);
    private static final String LAYER = "/var/lib/docker/overlay2/L1";

    private final MountNamespaces threads = new MountNamespaces(1, 100);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Process root;
    private volatile int owner;
    private volatile boolean rootless;

    UnprovenEngineKernelIT() throws Exception {
        root = new ProcessBuilder("sleep", "100000").start();
    }

    /** Has one container, and answers at once. */
    private final class Rogue implements Engine {
        private volatile @Nullable EngineListener listener;

        @Override
        public String address() {
            return "unix:///rogue";
        }

        @Override
        public CompletableFuture<EngineInfo> info() {
            return CompletableFuture.completedFuture(
                    new EngineInfo("id", "27.0", "1.41", "overlay2", "/var/lib/docker", true, rootless));
        }

        @Override
        public CompletableFuture<List<ContainerRef>> running() {
            return CompletableFuture.completedFuture(List.of(new ContainerRef(ID, "wanted")));
        }

        @Override
        public CompletableFuture<ContainerRecord> inspect(String id) {
            return CompletableFuture.completedFuture(new ContainerRecord(
                    ID,
                    "wanted",
                    ProcessHandle.current().pid(),
                    true,
                    false,
                    Instant.EPOCH,
                    "overlay2",
                    Map.of("MergedDir", LAYER + "/merged", "UpperDir", LAYER + "/diff"),
                    false,
                    "",
                    "",
                    false));
        }

        @Override
        public Runnable watch(EngineListener told) {
            listener = told;
            told.connected(false);
            return () -> {};
        }

        void says(String action) {
            Objects.requireNonNull(listener).event(new EngineEvent(action, ID, "wanted", 0));
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private final ContainerSource.Listener listener = new ContainerSource.Listener() {
        @Override
        public void all(String source, List<RunningContainer> containers) {
            told.add("all " + containers.size());
        }

        @Override
        public void one(RunningContainer container) {
            told.add("one");
        }

        @Override
        public void gone(String id) {
            told.add("gone");
        }

        @Override
        public void blind(String source, String why, boolean absent) {
            told.add("blind: " + why);
        }

        @Override
        public void claimed(String source, List<RunningContainer> containers) {
            containers.forEach(each -> told.add("claimed: " + ((Layer.LeftAlone) each.layer()).why()));
        }
    };

    @AfterEach
    void end() throws Exception {
        threads.close();
        root.destroyForcibly().waitFor();
    }

    private EngineSource source(Engine engine) {
        return new EngineSource(
                engine,
                threads,
                new StateFiles(),
                new EngineIdentity(engine.address(), socket -> owner == 0 ? null : TrustedProcess.prove(owner)));
    }

    private void awaitTold(String line) {
        await(line).atMost(PretendRoom.PATIENCE).until(() -> told.stream().anyMatch(each -> each.startsWith(line)));
    }

    @Test
    void isToldAsBlindAndWhatItTellsOfAsClaims() {
        Rogue engine = new Rogue();
        try (EngineSource source = source(engine)) {
            source.follow(listener);
            awaitTold("claimed: its engine is not proven to be root's");
            assertThat(told.get(0))
                    .isEqualTo("blind: who answers on unix:///rogue is not proven to be root's engine and is left"
                            + " alone: nobody listens there");
            Assertions.assertThatThrownBy(() -> source.list().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("is not proven to be root's engine");
            assertThat(source.engine()).isEmpty();
            assertThat(source.setup().join()).isEmpty();
        }
    }

    /** Whatever it says begins or ends. */
    @Test
    void itsWordChangesNothingUntilItIsProven() {
        Rogue engine = new Rogue();
        try (EngineSource source = source(engine)) {
            source.follow(listener);
            awaitTold("claimed");
            engine.says("die");
            engine.says("start");
            engine.says("destroy");
            assertThat(told).noneMatch(line -> line.matches("one|gone|all.*"));
            owner = (int) root.pid();
            awaitTold("all 1");
            assertThat(told).noneMatch(line -> line.matches("one|gone"));
            engine.says("start");
            awaitTold("one");
            engine.says("die");
            awaitTold("gone");
            assertThat(source.engine()).isPresent();
            assertThat(source.list().join())
                    .singleElement()
                    .satisfies(each -> assertThat(each.engine().pid()).isEqualTo(owner));
        }
    }

    /** It is nobody's blindness: there is nothing of it to see. */
    @Test
    void oneThatSaysItIsRootlessHasNothingToWatch() {
        rootless = true;
        try (EngineSource source = source(new Rogue())) {
            source.follow(listener);
            awaitTold("claimed: " + RunningContainer.ROOTLESS);
            assertThat(told).containsExactly("all 0", "claimed: " + RunningContainer.ROOTLESS);
            assertThat(source.list().join()).isEmpty();
            assertThat(source.engine()).isEmpty();
        }
    }
}
