package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.docker.Engine;
import dev.watchdog.docker.EngineInfo;
import dev.watchdog.docker.EngineListener;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A container that starts in the moment in which its engine is asked whether it has forsaken it. What the engine says, and
 * when the detector hears it, is in the test's hands.
 */
@NullUnmarked // what must be there is dereferenced: a null fails the test
class StartingContainerTest {
    private static final String ID = "4d".repeat(32);
    private static final String SOURCE = "docker:unix:///x";
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final Moment NOW = new Moment("boot", Duration.ZERO, Instant.EPOCH);

    private final List<CompletableFuture<ContainerRecord>> asked = new ArrayList<>();
    private final Deque<Runnable> told = new ArrayDeque<>();
    private final List<Finding> reported = new ArrayList<>();
    private final Watchlist list = new Watchlist(id -> {});
    private final MountNamespaces threads = new MountNamespaces(1, 1);
    private final ForsakenContainers containers =
            new ForsakenContainers(new Asked(), SOURCE, threads, new StateFiles(), StartingContainerTest::running);
    private final Forsaken forsaken =
            new Forsaken(list, container -> containers.ask(container, new Hop()), reported::add, () -> NOW);

    @AfterEach
    void end() {
        list.drop(ID);
        threads.close();
    }

    /** What the runtime's state files tell: that a process lives, and no name. */
    private static RunningContainer alive() {
        return new RunningContainer(
                ID, "", SOURCE, SELF, "/r/L/merged", new Layer.Overlay("/r/L/diff"), 0, ProcessId.NONE, null);
    }

    private static RunningContainer running(ContainerRecord record) {
        return alive().named(record.name());
    }

    private static ContainerRecord record(boolean running) {
        return new ContainerRecord(
                ID,
                "web",
                running ? SELF : 0,
                running,
                false,
                Instant.EPOCH,
                "overlay2",
                Map.of(),
                false,
                "",
                "",
                false);
    }

    /** As the detector's thread: each waits for its turn, and what is adopted is under watch. */
    private final class Hop implements ContainerSource.Listener {
        @Override
        public void all(String source, List<RunningContainer> all) {
            throw new AssertionError("nothing was listed");
        }

        @Override
        public void one(RunningContainer container) {
            told.add(() -> {
                if (!forsaken.isKnown(container)) {
                    watch(container);
                }
            });
        }

        @Override
        public void gone(String id) {
            throw new AssertionError("nothing has ended");
        }

        @Override
        public void forsaken(RunningContainer container) {
            told.add(() -> forsaken.take(container));
        }

        @Override
        public void removed(String id) {
            told.add(() -> forsaken.removed(id));
        }

        @Override
        public void blind(String source, String why, boolean absent) {
            throw new AssertionError(why);
        }

        @Override
        public void claimed(String source, List<RunningContainer> all) {
            throw new AssertionError("nothing is claimed");
        }
    }

    private final class Asked implements Engine {
        @Override
        public String address() {
            return "unix:///x";
        }

        @Override
        public CompletableFuture<EngineInfo> info() {
            throw new AssertionError("not asked for");
        }

        @Override
        public CompletableFuture<List<ContainerRef>> running() {
            throw new AssertionError("not asked for");
        }

        @Override
        public CompletableFuture<ContainerRecord> inspect(String id) {
            CompletableFuture<ContainerRecord> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        }

        @Override
        public Runnable watch(EngineListener listener) {
            throw new AssertionError("not followed");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private void watch(RunningContainer container) {
        try {
            list.put(Watched.of(container, Pidfd.open(SELF), WatchlistTest.ROOT, List.of()));
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(int question, boolean running) {
        asked.get(question).complete(record(running));
    }

    private void hearAll() {
        while (!told.isEmpty()) {
            told.remove().run();
        }
    }

    private void ask() {
        containers.ask(alive(), new Hop());
    }

    private void startIsTold() {
        new Hop().one(running(record(true)));
    }

    private boolean isWatched() {
        return list.find(ID) != null;
    }

    @Test
    void anAnswerFromBeforeTheStartIsOverruledByTheStart() {
        ask();
        answer(0, false);
        hearAll();
        assertThat(list.unwatched(ID).forsaken()).isTrue();
        startIsTold();
        hearAll();
        assertThat(isWatched()).isTrue();
        forsaken.sweep();
        assertThat(asked).as("it is not forsaken any more").hasSize(1);
    }

    @Test
    void anAnswerFromBeforeTheStartThatIsHeardAfterItIsAskedForOnceMore() {
        ask();
        startIsTold();
        hearAll();
        answer(0, false);
        hearAll();
        assertThat(isWatched()).as("what was said last is believed for now").isFalse();
        forsaken.sweep();
        answer(1, true);
        hearAll();
        assertThat(isWatched()).isTrue();
        assertThat(list.unwatched(ID)).isNull();
        assertThat(list.find(ID).container().name()).isEqualTo("web");
    }

    /** State files say only that its process lives, as they did before: that does not overrule the engine. */
    @Test
    void oneThatIsForsakenStaysSoAndIsNotAskedAboutForEver() {
        ask();
        answer(0, false);
        hearAll();
        forsaken.sweep();
        answer(1, false);
        hearAll();
        new Hop().one(alive());
        hearAll();
        for (int i = 0; i < 3; i++) {
            forsaken.sweep();
        }
        assertThat(asked).hasSize(2);
        assertThat(list.unwatched(ID).forsaken()).isTrue();
        assertThat(list.unwatched(ID).container().name()).isEqualTo("web");
        assertThat(reported).isNotEmpty().allMatch(Finding.Gone.class::isInstance);
    }

    @Test
    void anEngineThatDoesNotAnswerChangesNothing() {
        watch(alive());
        ask();
        asked.get(0).completeExceptionally(new IllegalStateException("too late"));
        hearAll();
        assertThat(isWatched()).isTrue();
        assertThat(reported).isEmpty();
    }
}
