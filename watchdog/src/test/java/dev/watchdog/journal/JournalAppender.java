package dev.watchdog.journal;

import static dev.watchdog.journal.TestJournals.counted;

import dev.watchdog.events.Event;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A child process that appends until it is killed, and writes each id to file descriptor 1 once it is durable. */
final class JournalAppender {
    static final int LOCKED = 3;

    private static final int AHEAD = 8;

    private JournalAppender() {}

    public static void main(String[] arguments) throws Exception {
        long next = Long.parseLong(arguments[1]);
        ArrayDeque<CompletableFuture<List<Event>>> waiting = new ArrayDeque<>();
        try (SqliteJournal journal = TestJournals.open(Path.of(arguments[0]));
                FileOutputStream out = new FileOutputStream("/proc/self/fd/1")) {
            while (true) {
                waiting.add(journal.append(counted(++next)));
                if (waiting.size() > AHEAD) {
                    long id = waiting.remove().get().get(0).id();
                    out.write((id + "\n").getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (JournalException e) {
            System.exit(e.reason() == JournalException.Reason.LOCKED ? LOCKED : 1);
        }
    }
}
