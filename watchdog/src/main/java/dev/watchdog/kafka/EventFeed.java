package dev.watchdog.kafka;

import dev.watchdog.events.CloudEventsFormat;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventFormatException;
import dev.watchdog.events.EventTypes;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Topic;
import dev.watchdog.healing.KnownNames;
import dev.watchdog.journal.Batch;
import dev.watchdog.journal.Entry;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import dev.watchdog.linux.HostClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends every entry of the journal, in order, and remembers in the journal how far the brokers have them all. What it
 * reads is bounded by the {@link Window}: while no broker answers, the journal is the buffer. On the publisher's context.
 */
final class EventFeed {
    /** The name of the journal's cursor. */
    static final String READER = "kafka";

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final int PAGE = 500;

    /** The cursor is written behind so much later: after a crash a little is sent twice, which readers see by the ids. */
    private static final long REMEMBER_MILLIS = 200;

    private final Journal journal;
    private final HostClock clock;
    private final Context context;
    private final Outlet outlet;
    private final KafkaFigures figures;
    private final KnownNames names;
    private final String hostId;
    private final ContentMode mode;
    private final String prefix;
    private final Window window;
    private long readTo;
    private long remembered;
    private int round;
    private boolean reading;
    private boolean remembering;
    private Runnable drained = () -> {};

    /** @param cursor how far it came before */
    EventFeed(Publisher.Parts parts, Context context, Outlet outlet, long cursor) {
        this.journal = parts.journal();
        this.clock = parts.clock();
        this.context = context;
        this.outlet = outlet;
        this.figures = parts.figures();
        this.names = parts.names();
        this.hostId = parts.host().id();
        this.mode = parts.settings().mode();
        this.prefix = parts.settings().topicPrefix();
        this.window = new Window(cursor);
        this.readTo = cursor;
        this.remembered = cursor;
        figures.cursor(cursor);
    }

    /** Sends what there is, as far as there is room. Call it whenever that may have changed. */
    void pump() {
        long last = journal.last();
        if (!outlet.open() || reading || !window.hasRoom() || readTo >= last) {
            return;
        }
        reading = true;
        int mine = round;
        Future.fromCompletionStage(journal.read(Query.after(readTo, PAGE)), context)
                .onComplete(read -> {
                    reading = false;
                    if (read.failed()) {
                        LOG.debug("the journal cannot be read now", read.cause());
                    } else {
                        if (mine == round) {
                            send(read.result(), last);
                        }
                        pump();
                    }
                });
    }

    private void send(List<Event> events, long last) {
        if (events.isEmpty()) {
            readTo = last;
            window.skip(last);
            moved();
        }
        int mine = round;
        for (Event event : events) {
            if (mine != round) {
                return;
            }
            readTo = event.id();
            send(event);
        }
    }

    private void send(Event event) {
        Topic topic = Topic.of(event.data());
        Message message;
        try {
            message = Message.of(CloudEventsFormat.toCloudEvent(event, names.of(event)), mode);
        } catch (EventFormatException e) {
            aside(event, topic, window.add(event.id(), 0), String.valueOf(e.getMessage()));
            return;
        }
        Window.Slot slot = window.add(event.id(), message.value().length);
        outlet.send(new OutRecord(topic, hostId, message)).onComplete(done -> {
            if (done.succeeded()) {
                done(slot);
            } else {
                aside(event, topic, slot, String.valueOf(done.cause().getMessage()));
            }
        });
    }

    private void done(Window.Slot slot) {
        window.done(slot);
        moved();
        pump();
    }

    /** An entry that Kafka will never take is told in its place, once that is durable; what tells it has no such place. */
    private void aside(Event event, Topic topic, Window.Slot slot, String why) {
        LOG.warn("event {} will never reach {}{}: {}", event.id(), prefix, topic.word(), why);
        if (event.data() instanceof RecordEvent) {
            done(slot);
            return;
        }
        Entry entry = new Entry(
                event.subject(),
                clock.now().wall(),
                Severity.WARN,
                null,
                null,
                new RecordEvent.Undelivered(event.id(), EventTypes.nameOf(event.data()), topic.named(prefix), why));
        int mine = round;
        Future.fromCompletionStage(journal.append(Batch.of(List.of(entry))), context)
                .onComplete(appended -> {
                    if (mine != round) {
                        return;
                    }
                    if (appended.succeeded()) {
                        done(slot);
                    } else {
                        outlet.restart("the journal cannot be written, and event " + event.id() + " was refused");
                    }
                });
    }

    private void moved() {
        figures.cursor(window.acknowledged());
        if (window.isEmpty()) {
            drained.run();
        }
        if (!remembering && window.acknowledged() > remembered) {
            remembering = true;
            context.owner()
                    .setTimer(
                            REMEMBER_MILLIS,
                            timer -> remember().onComplete(done -> {
                                remembering = false;
                                if (done.succeeded()) {
                                    moved();
                                }
                            }));
        }
    }

    /** Writes the cursor; a failure is mended with the next one. */
    Future<Void> remember() {
        long id = window.acknowledged();
        return id == remembered
                ? Future.succeededFuture()
                : Future.fromCompletionStage(journal.advance(READER, id), context)
                        .onSuccess(done -> remembered = Math.max(remembered, id));
    }

    /** What is on its way has to be sent again. */
    void rewind() {
        round++;
        window.rewind();
        readTo = window.acknowledged();
    }

    /** Calls back once nothing is on its way. */
    void whenDrained(Runnable then) {
        drained = then;
        if (window.isEmpty()) {
            then.run();
        }
    }
}
