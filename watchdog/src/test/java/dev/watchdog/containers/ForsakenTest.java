package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import dev.watchdog.linux.ProcessId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which containers stay left alone although somebody tells that they run. */
class ForsakenTest {
    private static final String ID = "4d".repeat(32);
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final int NOBODY = Integer.MAX_VALUE / 4;

    private final Watchlist watchlist = new Watchlist(id -> {});
    private final Forsaken forsaken = new Forsaken(
            watchlist, asked -> {}, reported -> {}, () -> new Moment("boot", Duration.ZERO, Instant.EPOCH));

    @AfterEach
    void close() {
        watchlist.drop(ID);
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
        watchlist.forsake(new Watchlist.Unwatched(container("web", NOBODY), "so", true));
        assertThat(forsaken.isKnown(container("", NOBODY))).isFalse();
        forsaken.take(container("web", NOBODY));
        assertThat(watchlist.knows(ID)).isFalse();
    }

    @Test
    void one_that_cannot_be_watched_for_another_reason_is_looked_at_again() {
        assertThat(watchlist.put(new Watchlist.Unwatched(container("web", SELF), "not proven")))
                .isTrue();
        assertThat(forsaken.isKnown(container("", SELF))).isFalse();
    }
}
