package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.entry;
import static dev.watchdog.journal.TestJournals.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalConcurrencyTest {
    private static final int THREADS = 8;
    private static final int BATCHES = 100;

    @TempDir
    Path directory;

    @Test
    void a_follower_sees_every_entry_once_and_in_order_while_many_append() throws Exception {
        try (SqliteJournal journal = TestJournals.open(directory)) {
            Semaphore news = new Semaphore(0);
            journal.listen(last -> news.release());
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                String name = "t" + t;
                Thread thread = new Thread(() -> appendAll(journal, name, failure));
                threads.add(thread);
                thread.start();
            }
            List<Event> seen = new ArrayList<>();
            long total = 2L * THREADS * BATCHES;
            while (seen.size() < total) {
                assertThat(news.tryAcquire(120, TimeUnit.SECONDS)).isTrue();
                news.drainPermits();
                long at = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).id();
                List<Event> page = get(journal.read(Query.after(at, 10_000)));
                seen.addAll(page);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(seen)
                    .extracting(Event::id)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, total).boxed().toList());
            for (int t = 0; t < THREADS; t++) {
                String name = "t" + t;
                assertThat(seen.stream()
                                .filter(e -> name.equals(e.correlation()))
                                .map(TestJournals::text))
                        .containsExactlyElementsOf(LongStream.range(0, 2 * BATCHES)
                                .mapToObj(n -> name + "-" + n)
                                .toList());
            }
        }
    }

    private static void appendAll(SqliteJournal journal, String name, AtomicReference<Throwable> failure) {
        try {
            for (int i = 0; i < BATCHES; i++) {
                List<Event> events = get(journal.append(Batch.of(
                        List.of(entry(name, name + "-" + 2 * i), entry(name, name + "-" + (2 * i + 1))))));
                assertThat(events.get(1).id()).isEqualTo(events.get(0).id() + 1);
                assertThat(events.get(1).causation())
                        .isEqualTo(Long.toString(events.get(0).id()));
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }
}
