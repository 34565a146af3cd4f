package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.Bus;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.SystemClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which containers stay left alone although somebody tells that they run. */
class ForsakenTest {
    private static final String ID = "4d".repeat(32);
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final int NOBODY = Integer.MAX_VALUE / 4;

    private final Vertx vertx = Vertx.vertx();
    private final ContainersRuntime room;
    private final Forsaken forsaken;

    ForsakenTest() throws IOException {
        room = new ContainersRuntime(
                new DomainContext(
                        vertx,
                        SystemClock.open(),
                        new Bus(vertx),
                        new SimpleMeterRegistry(),
                        ContainersSettings.DEFAULTS,
                        Map.of()),
                RepairStep.UNHEARD,
                (context, threads) -> List.of());
        forsaken = new Forsaken(room);
    }

    @AfterEach
    void close() {
        room.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static RunningContainer container(String name, int pid) {
        return new RunningContainer(
                ID, name, "source", pid, "/r/L/merged", new Layer.Overlay("/r/L/diff"), 0, ProcessId.NONE, null);
    }

    @Test
    void state_files_which_know_no_names_do_not_bring_one_back_under_watch() {
        assertThat(forsaken.isKnown(container("", SELF)))
                .as("nothing is known of it")
                .isFalse();
        forsaken.take(container("web", SELF));
        assertThat(forsaken.isKnown(container("", SELF))).isTrue();
    }

    @Test
    void an_engine_that_says_that_it_runs_is_believed() {
        forsaken.take(container("web", SELF));
        assertThat(forsaken.isKnown(container("web", SELF))).isFalse();
    }

    @Test
    void one_that_was_started_anew_is_another() throws Exception {
        forsaken.take(container("web", SELF));
        assertThat(forsaken.isKnown(container(
                        "",
                        Math.toIntExact(
                                ProcessHandle.current().parent().orElseThrow().pid()))))
                .isFalse();
    }

    @Test
    void one_that_has_ended_is_not_kept() {
        room.watchlist().forsake(new Watchlist.Unwatched(container("web", NOBODY), "so", true));
        assertThat(forsaken.isKnown(container("", NOBODY))).isFalse();
        forsaken.take(container("web", NOBODY));
        assertThat(room.watchlist().knows(ID)).isFalse();
    }

    @Test
    void one_that_cannot_be_watched_for_another_reason_is_looked_at_again() {
        assertThat(room.watchlist().put(new Watchlist.Unwatched(container("web", SELF), "not proven")))
                .isTrue();
        assertThat(forsaken.isKnown(container("", SELF))).isFalse();
    }
}
