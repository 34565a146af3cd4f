package dev.watchdog.journal;

import dev.watchdog.events.Event;
import dev.watchdog.events.EventTypes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A journal in memory for tests, which can be told to fail or to be slow. Safe to call from any thread. */
public final class MemoryJournal implements Journal {
    private final List<Event> events = new ArrayList<>();
    private final Map<String, String> rows = new HashMap<>();
    private final Set<String> pins = new HashSet<>();
    private final Map<String, Long> cursors = new HashMap<>();
    private final List<LongConsumer> listeners = new ArrayList<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private final MemoryLedger ledger = new MemoryLedger();
    private final TrustedTime time = new TrustedTime();
    private @Nullable String failure;
    private boolean full;
    private boolean holding;
    private int appends;

    /** Fails each append from now on; null lets them pass again. */
    public synchronized void failAppends(@Nullable String why) {
        failure = why;
    }

    /** Keeps each append waiting until {@link #release()}. */
    public synchronized void holdAppends() {
        holding = true;
    }

    /** Lets the waiting appends through, and those to come. */
    public void release() {
        List<Runnable> waiting;
        synchronized (this) {
            holding = false;
            waiting = List.copyOf(held);
            held.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** Nothing more can be remembered in the ledger. */
    public synchronized void fillLedger() {
        full = true;
    }

    /** How many batches were offered. */
    public synchronized int appends() {
        return appends;
    }

    /** How many batches wait for {@link #release()}. */
    public synchronized int waiting() {
        return held.size();
    }

    /** All entries so far. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** What retention must keep now. */
    public synchronized Set<String> pins() {
        return Set.copyOf(pins);
    }

    @Override
    public String source() {
        return "/hosts/test/" + id();
    }

    @Override
    public String id() {
        return "abcd1234";
    }

    @Override
    public CompletableFuture<List<Event>> append(Batch batch) {
        CompletableFuture<List<Event>> done = new CompletableFuture<>();
        synchronized (this) {
            appends++;
            if (holding) {
                held.add(() -> write(batch, done));
                return done;
            }
        }
        write(batch, done);
        return done;
    }

    private void write(Batch batch, CompletableFuture<List<Event>> done) {
        List<Event> written = new ArrayList<>();
        List<LongConsumer> told;
        synchronized (this) {
            if (failure != null) {
                done.completeExceptionally(new JournalException(JournalException.Reason.UNWRITABLE, failure));
                return;
            }
            for (Entry entry : batch.entries()) {
                written.add(event(entry));
            }
            batch.state()
                    .forEach(
                            (row, value) -> value.ifPresentOrElse(text -> rows.put(row, text), () -> rows.remove(row)));
            pins.addAll(batch.pin());
            pins.removeAll(batch.unpin());
            ledger.write(batch, written);
            told = List.copyOf(listeners);
        }
        long last = last();
        told.forEach(listener -> listener.accept(last));
        done.complete(List.copyOf(written));
    }

    private Event event(Entry entry) {
        Event event = new Event(
                source(),
                events.size() + 1L,
                entry.subject(),
                entry.time(),
                Instant.EPOCH,
                entry.severity(),
                entry.correlation(),
                null,
                entry.data());
        events.add(event);
        return event;
    }

    @Override
    public synchronized CompletableFuture<Map<String, String>> state() {
        return CompletableFuture.completedFuture(Map.copyOf(rows));
    }

    @Override
    public synchronized CompletableFuture<List<Event>> read(Query query) {
        return CompletableFuture.completedFuture(events.stream()
                .filter(event -> event.id() > query.after())
                .filter(event ->
                        query.correlation() == null || query.correlation().equals(event.correlation()))
                .filter(event -> query.types().isEmpty() || query.types().contains(EventTypes.nameOf(event.data())))
                .limit(query.limit())
                .toList());
    }

    @Override
    public CompletableFuture<Optional<LedgerRow>> command(String source, String id) {
        return CompletableFuture.completedFuture(ledger.find(source, id));
    }

    @Override
    public synchronized boolean ledgerFull() {
        return full;
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
    public synchronized CompletableFuture<Long> cursor(String reader) {
        return CompletableFuture.completedFuture(cursors.getOrDefault(reader, 0L));
    }

    @Override
    public synchronized CompletableFuture<Void> advance(String reader, long id) {
        cursors.merge(reader, id, Math::max);
        return CompletableFuture.allOf();
    }

    @Override
    public synchronized long last() {
        return events.size();
    }

    @Override
    public synchronized boolean writable() {
        return failure == null;
    }

    @Override
    public synchronized Runnable listen(LongConsumer listener) {
        listeners.add(listener);
        return () -> {
            synchronized (this) {
                listeners.remove(listener);
            }
        };
    }

    @Override
    public void close() {
        release();
    }
}
