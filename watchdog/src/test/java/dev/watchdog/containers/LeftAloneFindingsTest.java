package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.ProcessId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeftAloneFindingsTest {
    private static final String ID = "4d".repeat(32);
    private static final Moment NOW = new Moment("boot", Duration.ZERO, Instant.EPOCH);

    private final Watchlist list = new Watchlist(id -> {});
    private final LeftAloneFindings findings = new LeftAloneFindings(list);

    private void doubt(int pid, String why) {
        RunningContainer container = new RunningContainer(
                ID, "web", "docker", pid, "/r/L/merged", new Layer.Overlay("/r/L/diff"), 0, ProcessId.NONE, null);
        list.put(new Watchlist.Unwatched(container, why));
    }

    @Test
    void isToldByTheSecondSweepAndByEachAfterIt() {
        doubt(4, "its shim is not proven");
        assertThat(findings.sweep(NOW)).isEmpty();
        assertThat(findings.over(NOW)).isEmpty();
        for (int i = 0; i < 2; i++) {
            assertThat(findings.sweep(NOW)).singleElement().isInstanceOfSatisfying(Finding.Faulty.class, faulty -> {
                assertThat(faulty.kind()).isEqualTo("container.left-alone");
                assertThat(faulty.subject().id()).isEqualTo(ID);
                assertThat(faulty.proposal()).isNull();
                assertThat(faulty.evidence().facts())
                        .containsEntry("reason", "its shim is not proven")
                        .containsEntry("containerName", "web")
                        .containsEntry("source", "docker");
            });
        }
    }

    @Test
    void anotherLifeOfItIsLookedAtTwiceAsWell() {
        doubt(4, "not proven");
        assertThat(findings.sweep(NOW)).isEmpty();
        list.drop(ID);
        doubt(5, "not proven");
        assertThat(findings.sweep(NOW)).isEmpty();
        assertThat(findings.sweep(NOW)).hasSize(1);
    }

    @Test
    void whatEndedWithItIsToldOnce() {
        doubt(4, "not proven");
        findings.sweep(NOW);
        findings.sweep(NOW);
        list.drop(ID);
        assertThat(findings.over(NOW)).singleElement().isInstanceOf(Finding.Gone.class);
        assertThat(findings.over(NOW)).isEmpty();
        assertThat(findings.sweep(NOW)).isEmpty();
    }

    @Test
    void whatAnEarlierAgentToldIsOverWhenItIsNotSoAnyMore() {
        RunningContainer container = new RunningContainer(
                ID, "", "docker", 4, "", new Layer.LeftAlone("no mount to lose"), 0, ProcessId.NONE, null);
        list.put(new Watchlist.Unwatched(container, "no mount to lose"));
        assertThat(findings.look(ID, NOW)).isInstanceOf(Finding.Healthy.class);
        assertThat(findings.over(NOW)).isEmpty();
        list.drop(ID);
        assertThat(findings.look(ID, NOW)).isInstanceOf(Finding.Gone.class);
    }

    @Test
    void whatAnEarlierAgentToldAndIsStillSoStays() {
        doubt(4, "not proven");
        assertThat(findings.look(ID, NOW)).isInstanceOf(Finding.Faulty.class);
        assertThat(findings.over(NOW)).isEmpty();
        list.drop(ID);
        assertThat(findings.over(NOW)).singleElement().isInstanceOf(Finding.Gone.class);
    }
}
