package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.counted;
import static dev.watchdog.journal.TestJournals.get;
import static dev.watchdog.journal.TestJournals.open;
import static dev.watchdog.journal.TestJournals.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills at any byte. {@code -Dwatchdog.journal.everyByte=true} tries every length of the log instead of a sample;
 * {@code -Dwatchdog.journal.kills=N} sets how many child processes are killed.
 */
class JournalRecoveryIT {
    private static final long SEED = 20_261_122;
    private static final int SAMPLE = 120;
    private static final int KILLS = Integer.getInteger("watchdog.journal.kills", 6);
    private static final int ENTRIES = 40;

    @TempDir
    Path temp;

    @Test
    void a_log_cut_at_any_byte_gives_back_a_whole_beginning_of_what_was_written() throws Exception {
        Path live = temp.resolve("live");
        Path copied = temp.resolve("copied");
        Files.createDirectories(copied);
        try (SqliteJournal journal = open(live)) {
            for (int i = 1; i <= ENTRIES; i++) {
                get(journal.append(counted(i)));
            }
            Files.copy(live.resolve("journal.db"), copied.resolve("journal.db"));
            Files.copy(live.resolve("journal.db-wal"), copied.resolve("journal.db-wal"));
        }
        byte[] wal = Files.readAllBytes(copied.resolve("journal.db-wal"));
        int best = 0;
        for (int length : lengths(wal.length)) {
            Path torn = temp.resolve("torn");
            Files.createDirectories(torn);
            Files.copy(copied.resolve("journal.db"), torn.resolve("journal.db"));
            Files.write(torn.resolve("journal.db-wal"), Arrays.copyOf(wal, length));
            int found = check(torn, 0);
            assertThat(found).as("after %d bytes of the log", length).isGreaterThanOrEqualTo(best);
            best = found;
            delete(torn);
        }
        assertThat(best).isEqualTo(ENTRIES);
    }

    @Test
    void a_kill_while_the_log_is_moved_loses_nothing() throws Exception {
        Path live = temp.resolve("live");
        byte[] before;
        byte[] wal;
        try (SqliteJournal journal = open(live)) {
            for (int i = 1; i <= ENTRIES; i++) {
                get(journal.append(counted(i)));
            }
            before = Files.readAllBytes(live.resolve("journal.db"));
            wal = Files.readAllBytes(live.resolve("journal.db-wal"));
        }
        byte[] after = Files.readAllBytes(live.resolve("journal.db"));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 40; i++) {
            int moved = random.nextInt(after.length + 1);
            byte[] mixed = Arrays.copyOf(after, Math.max(moved, before.length));
            if (moved < before.length) {
                System.arraycopy(before, moved, mixed, moved, before.length - moved);
            }
            Path torn = temp.resolve("torn");
            Files.createDirectories(torn);
            Files.write(torn.resolve("journal.db"), mixed);
            Files.write(torn.resolve("journal.db-wal"), wal);
            assertThat(check(torn, 0)).as("%d bytes moved", moved).isEqualTo(ENTRIES);
            delete(torn);
        }
    }

    @Test
    void what_was_acknowledged_survives_a_killed_process() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        Path directory = temp.resolve("killed");
        int acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = appender(directory, acknowledged);
            int target = acknowledged + 1 + random.nextInt(400);
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    acknowledged = Integer.parseInt(line);
                    if (acknowledged >= target) {
                        child.toHandle().destroyForcibly(); // Process.destroyForcibly would close the pipe, too
                    }
                }
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(acknowledged).as("the child died by itself").isGreaterThanOrEqualTo(target);
            acknowledged = check(directory, acknowledged);
            try (Stream<Path> files = Files.list(directory.resolve("native"))) {
                assertThat(files).as("a killed agent's leftovers").isEmpty();
            }
        }
    }

    @Test
    void another_process_is_refused_even_after_a_refusal_in_this_one() throws Exception {
        try (SqliteJournal journal = open(temp)) {
            try {
                open(temp).close();
            } catch (JournalException expected) {
                assertThat(expected.reason()).isEqualTo(JournalException.Reason.LOCKED);
            }
            Process child = appender(temp, 0);
            assertThat(child.getInputStream().readAllBytes()).isEmpty();
            assertThat(child.waitFor()).isEqualTo(JournalAppender.LOCKED);
            assertThat(journal.last()).isZero();
        }
    }

    /** Opens, and requires entries 1 to some n in order, and the state to say that same n. */
    private static int check(Path directory, int atLeast) throws Exception {
        try (SqliteJournal journal = open(directory)) {
            List<Event> events = new ArrayList<>();
            for (List<Event> page = get(journal.read(Query.after(0, 10_000)));
                    !page.isEmpty();
                    page = get(journal.read(Query.after(events.size(), 10_000)))) {
                events.addAll(page);
            }
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).id()).isEqualTo(i + 1);
                assertThat(text(events.get(i))).isEqualTo("n" + (i + 1));
            }
            int found = events.size();
            assertThat(found).isGreaterThanOrEqualTo(atLeast);
            assertThat(get(journal.state()).getOrDefault("count", "0")).isEqualTo(Integer.toString(found));
            assertThat(journal.last()).isEqualTo(found);
            if (found > 0) {
                assertThat(get(journal.command("test", "n" + found))
                                .orElseThrow()
                                .answer())
                        .as("the last command")
                        .isNotNull()
                        .extracting(Event::data)
                        .isEqualTo(events.get(found - 1).data());
            }
            assertThat(get(journal.command("test", "n" + (found + 1)))).isEmpty();
            return found;
        }
    }

    private static Iterable<Integer> lengths(int most) {
        TreeSet<Integer> lengths = new TreeSet<>(List.of(0, 1, most - 1, most));
        if (Boolean.getBoolean("watchdog.journal.everyByte")) {
            for (int i = 0; i < most; i++) {
                lengths.add(i);
            }
        }
        SplittableRandom random = new SplittableRandom(SEED);
        while (lengths.size() < SAMPLE) {
            lengths.add(random.nextInt(most));
        }
        return lengths;
    }

    private static Process appender(Path directory, int from) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        JournalAppender.class.getName(),
                        directory.toString(),
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
