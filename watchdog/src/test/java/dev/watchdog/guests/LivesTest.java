package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.GuestSetup.Kept;
import dev.watchdog.guests.policy.GuestSetup.Start;
import dev.watchdog.guests.policy.HostFinding;
import dev.watchdog.guests.policy.PolicyState;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.guests.policy.Verdict;
import dev.watchdog.healing.JournalState;
import dev.watchdog.journal.JournalOptions;
import dev.watchdog.journal.SqliteJournal;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivesTest {
    private static final UUID WEB = new UUID(1, 1);
    private static final UUID DB = new UUID(1, 2);
    private final Moment now = new Moment("boot", Duration.ofHours(1), Instant.EPOCH);
    private final HostClock clock = () -> now;

    @TempDir
    Path directory;

    private Round round(Map<UUID, Kept> kept) {
        List<GuestFinding> findings = kept.entrySet().stream()
                .map(each -> new GuestFinding(
                        each.getKey().toString(),
                        Pressure.GREEN,
                        1,
                        0,
                        1,
                        1,
                        1,
                        1,
                        0,
                        false,
                        false,
                        "",
                        "",
                        "",
                        new GuestFinding.Bounds(Pressure.GREEN, "", 0),
                        each.getValue()))
                .toList();
        Verdict verdict = new Verdict(PolicyState.EMPTY, List.of(), findings, new HostFinding(0, 0, 0, 0, ""));
        return Round.of(now, List.of(), Set.of("blind"), verdict);
    }

    @Test
    void whatIsKeptOutlivesTheAgentAndWhatIsOverDoesNot() {
        try (SqliteJournal journal = SqliteJournal.open(JournalOptions.of(directory, "host"), clock)) {
            Lives lives = new Lives(new JournalState(journal, "guests"));
            lives.load().join();
            assertThat(lives.of(WEB)).isEqualTo(Start.LONG_AGO);
            lives.take(round(Map.of(WEB, new Kept(512, 700), DB, new Kept(1, 0))));
            lives.take(round(Map.of(WEB, new Kept(512, 800), DB, Kept.NOTHING)));
        }
        try (SqliteJournal journal = SqliteJournal.open(JournalOptions.of(directory, "host"), clock)) {
            assertThat(journal.state().join()).containsOnlyKeys("domain guests " + WEB);
            Lives next = new Lives(new JournalState(journal, "guests"));
            next.load().join();
            assertThat(next.of(WEB)).isEqualTo(new Start(-1, new Kept(512, 800)));
            assertThat(next.of(DB)).isEqualTo(Start.LONG_AGO);
            next.began(WEB, 77);
            assertThat(next.of(WEB)).isEqualTo(new Start(77, new Kept(512, 800)));
        }
    }

    @Test
    void aDomainsRowsAreItsOwnAndOneThatCannotBeReadIsForgotten() {
        try (SqliteJournal journal = SqliteJournal.open(JournalOptions.of(directory, "host"), clock)) {
            JournalState other = new JournalState(journal, "guests-of-others");
            other.write(Map.of("a", Optional.of("\"x\""))).join();
            JournalState mine = new JournalState(journal, "guests");
            mine.write(Map.of(WEB.toString(), Optional.of("no json"), "no uuid", Optional.of("{}")))
                    .join();
            assertThat(mine.rows().join()).containsOnlyKeys(WEB.toString(), "no uuid");
            Lives lives = new Lives(mine);
            lives.load().join();
            assertThat(lives.of(WEB)).isEqualTo(Start.LONG_AGO);
            mine.write(Map.of("no uuid", Optional.empty())).join();
            assertThat(mine.rows().join()).containsOnlyKeys(WEB.toString());
            assertThat(other.rows().join()).containsOnlyKeys("a");
        }
    }
}
