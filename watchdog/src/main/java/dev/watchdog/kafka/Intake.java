package dev.watchdog.kafka;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Bookmark;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.CommandSubjects;
import dev.watchdog.healing.Receipt;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.TrustedTime;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the {@link Judge} says of one record after the other. A record is done with when all that must survive
 * it is on disk, the bookmark behind it in the same transaction; until then the next one is not looked at. Confined to
 * one context.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** What is too late and what is not cannot be told: the record waits. */
    static final class ClockInDoubt extends Exception {
        private static final long serialVersionUID = 1;

        ClockInDoubt(String why) {
            super(why);
        }
    }

    private final Judge judge;
    private final Bookmarks bookmarks;
    private final Journal journal;
    private final HostClock clock;
    private final Bus bus;
    private final Function<CommandRequest, CommandSubjects.Resolved> subjects;
    private final CommandMeters meters;
    private final Consumer<Event> again;
    private final Context context;
    private final DeadLetterBudget letters = new DeadLetterBudget();

    /**
     * Makes it.
     *
     * @param subjects resolves what a command names, as the healer does
     * @param again sends an answer that was given before, as it was
     */
    Intake(
            Judge judge,
            Bookmarks bookmarks,
            Journal journal,
            HostClock clock,
            Bus bus,
            Function<CommandRequest, CommandSubjects.Resolved> subjects,
            CommandMeters meters,
            Consumer<Event> again,
            Context context) {
        this.judge = judge;
        this.bookmarks = bookmarks;
        this.journal = journal;
        this.clock = clock;
        this.bus = bus;
        this.subjects = subjects;
        this.meters = meters;
        this.again = again;
        this.context = context;
    }

    /** Takes one record; when it fails nothing has happened, and the same record is to be given again. */
    Future<Void> take(Incoming record, TrustedKeys keys) {
        TrustedTime.Reading time = journal.time().read(clock);
        if (time.doubt() != null) {
            return Future.failedFuture(new ClockInDoubt(time.doubt()));
        }
        Hearing hearing = hear(record, keys, time.time());
        if (hearing instanceof Hearing.Skipped skipped) {
            meters.skipped(skipped.why());
            pass(record);
            return Future.succeededFuture();
        }
        if (hearing instanceof Hearing.Refused refused) {
            return refuse(record, refused.why());
        }
        Hearing.Heard heard = (Hearing.Heard) hearing;
        CommandRequest request = heard.request();
        return Future.fromCompletionStage(journal.command(request.source(), request.id()), context)
                .compose(known -> {
                    CommandSubjects.Resolved resolved = subjects.apply(request);
                    Ruling ruling = judge.rule(heard, known, resolved.subjects(), time.time());
                    String problem = resolved.problem();
                    return follow(
                            command(record, heard, resolved.arguments()),
                            record,
                            ruling instanceof Ruling.Taken && problem != null
                                    ? new Ruling.Denied(false, problem)
                                    : ruling);
                });
    }

    /** What nobody can explain must not stand in the way of all that comes after it. */
    private Hearing hear(Incoming record, TrustedKeys keys, Instant time) {
        try {
            return judge.hear(record, keys, time);
        } catch (RuntimeException e) {
            LOG.error("partition {} offset {} cannot be judged", record.partition(), record.offset(), e);
            return new Hearing.Refused(
                    "this agent failed on it: " + e.getClass().getSimpleName());
        }
    }

    private Future<Void> follow(Command command, Incoming record, Ruling ruling) {
        if (ruling instanceof Ruling.Taken) {
            return bus.submit(command).compose(receipt -> received(record, receipt));
        }
        if (ruling instanceof Ruling.Denied denied) {
            return bus.refuse(command, denied.expired(), denied.why()).compose(receipt -> received(record, receipt));
        }
        if (ruling instanceof Ruling.Refused refused) {
            return refuse(record, refused.why());
        }
        return repeated(record, ruling instanceof Ruling.Again known ? known.answer() : null);
    }

    /** With ids in place of names: what was allowed is what is done, whatever has that name by then. */
    private Command command(Incoming record, Hearing.Heard heard, Map<String, String> arguments) {
        CommandRequest request = heard.request();
        return new Command(
                request.id(),
                request.source(),
                request.verb(),
                arguments,
                request.expect(),
                request.reason(),
                request.dryRun(),
                Judge.ORIGIN,
                heard.key().map(KeyEntry::id).orElse(""),
                heard.digest(),
                request.expiry(),
                new Bookmark(bookmarks.row(record.partition()), next(record)));
    }

    private Future<Void> received(Incoming record, Receipt receipt) {
        if (receipt instanceof Receipt.Conflict conflict) {
            return refuse(record, conflict.why());
        }
        if (receipt instanceof Receipt.Known known) {
            return repeated(record, known.row().answer());
        }
        meters.count(
                receipt instanceof Receipt.Answered answered ? answered.answer().status() : "accepted");
        bookmarks.written(record.partition(), record.offset() + 1);
        return Future.succeededFuture();
    }

    private Future<Void> repeated(Incoming record, @Nullable Event answer) {
        if (answer != null) {
            again.accept(answer);
        }
        meters.count("repeated");
        pass(record);
        return Future.succeededFuture();
    }

    private Future<Void> refuse(Incoming record, String why) {
        DeadLetterBudget.Letter letter = new DeadLetterBudget.Letter(record, why);
        meters.count("refused");
        if (!letters.take(letter, clock.now().sinceBoot())) {
            pass(record);
            return Future.succeededFuture();
        }
        Map<String, Optional<String>> row = Map.of(bookmarks.row(record.partition()), Optional.of(next(record)));
        return append(new Batch(List.of(entry(letter)), row, Set.of(), Set.of()))
                .onSuccess(done -> bookmarks.written(record.partition(), record.offset() + 1));
    }

    /** Writes what is due although no record came: the sum of dead letters, and how far it is. */
    Future<Void> settle() {
        Optional<DeadLetterBudget.Letter> sum = letters.summary(clock.now().sinceBoot());
        Map<String, Optional<String>> rows = bookmarks.unwritten();
        if (sum.isEmpty() && rows.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Entry> entries = sum.map(this::entry).map(List::of).orElse(List.of());
        return append(new Batch(entries, rows, Set.of(), Set.of())).onSuccess(done -> {
            bookmarks.written(rows);
            sum.ifPresent(told -> letters.summed());
        });
    }

    private Future<Void> append(Batch batch) {
        return Future.fromCompletionStage(journal.append(batch), context).map(events -> {
            if (!events.isEmpty()) {
                bus.tellRecorded(events.get(events.size() - 1).id());
            }
            return null;
        });
    }

    private void pass(Incoming record) {
        bookmarks.moveTo(record.partition(), record.offset() + 1);
    }

    private static String next(Incoming record) {
        return Long.toString(record.offset() + 1);
    }

    private Entry entry(DeadLetterBudget.Letter letter) {
        Incoming record = letter.record();
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return new Entry(
                Subject.HOST,
                clock.now().wall(),
                Severity.WARN,
                null,
                null,
                new RecordEvent.Refused(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        Objects.requireNonNullElse(record.addressee(), ""),
                        record.bytes(),
                        sha256(value),
                        letter.why()));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
