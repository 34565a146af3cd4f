package dev.watchdog.web;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventTypes;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.JournalException;
import dev.watchdog.journal.LedgerRow;
import dev.watchdog.journal.MemoryLedger;
import dev.watchdog.journal.Query;
import dev.watchdog.journal.TrustedTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A journal in memory that answers on a thread of its own, as the real one does. */
public final class MemoryJournal implements Journal {
    public static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");

    /** The highest id that any reader was handed. */
    public final AtomicLong handed = new AtomicLong();

    public volatile boolean writable = true;
    public volatile boolean readable = true;

    private final List<Event> events = new ArrayList<>();
    private final Map<String, String> rows = new ConcurrentHashMap<>();
    private final MemoryLedger ledger = new MemoryLedger();
    private final TrustedTime time = new TrustedTime();
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "memory-journal");
        made.setDaemon(true);
        return made;
    });

    /** Records at once. */
    public Event add(Subject subject, Severity severity, String correlation, EventData data) {
        return write(new Entry(subject, TIME, severity, correlation, null, data));
    }

    private synchronized Event write(Entry entry) {
        Event event = new Event(
                source(),
                events.size() + 1L,
                entry.subject(),
                entry.time(),
                entry.time(),
                entry.severity(),
                entry.correlation(),
                null,
                entry.data());
        events.add(event);
        return event;
    }

    @Override
    public String source() {
        return "/hosts/host-1/0a1b2c3d";
    }

    @Override
    public String id() {
        return "0a1b2c3d";
    }

    @Override
    public CompletableFuture<List<Event>> append(Batch batch) {
        return soon(() -> {
            if (!writable) {
                throw new JournalException(JournalException.Reason.UNWRITABLE, "the disk is full: free some");
            }
            batch.state()
                    .forEach((key, value) -> value.ifPresentOrElse(row -> rows.put(key, row), () -> rows.remove(key)));
            List<Event> written = batch.entries().stream().map(this::write).toList();
            ledger.write(batch, written);
            listeners.forEach(listener -> listener.accept(last()));
            return written;
        });
    }

    @Override
    public CompletableFuture<Map<String, String>> state() {
        return soon(() -> Map.copyOf(rows));
    }

    @Override
    public CompletableFuture<List<Event>> read(Query query) {
        return soon(() -> find(query));
    }

    private <T> CompletableFuture<T> soon(Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                future.complete(work.get());
            } catch (JournalException e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    private synchronized List<Event> find(Query query) {
        if (!readable) {
            throw new JournalException(JournalException.Reason.DAMAGED, "the journal cannot be read: look at the disk");
        }
        List<Event> found = events.subList((int) Math.min(query.after(), events.size()), events.size()).stream()
                .filter(event ->
                        query.correlation() == null || query.correlation().equals(event.correlation()))
                .filter(event -> query.types().isEmpty() || query.types().contains(EventTypes.nameOf(event.data())))
                .limit(query.limit())
                .toList();
        found.forEach(event -> handed.accumulateAndGet(event.id(), Math::max));
        return found;
    }

    @Override
    public CompletableFuture<Optional<LedgerRow>> command(String source, String id) {
        return soon(() -> ledger.find(source, id));
    }

    @Override
    public boolean ledgerFull() {
        return false;
    }

    @Override
    public TrustedTime time() {
        return time;
    }

    @Override
    public Instant created() {
        return Instant.EPOCH;
    }

    @Override
    public CompletableFuture<Long> cursor(String reader) {
        return CompletableFuture.completedFuture(0L);
    }

    @Override
    public CompletableFuture<Void> advance(String reader, long id) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized long last() {
        return events.size();
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public Runnable listen(LongConsumer listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
