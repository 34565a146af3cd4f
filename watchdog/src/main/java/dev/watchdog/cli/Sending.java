package dev.watchdog.cli;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.events.Message;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Sends one command and follows what the hosts say to it: progress on stderr, answers on stdout. */
final class Sending {
    private final Global global;
    private final CommandTopics topics;
    private final Replies replies;
    private final Duration patience;

    Sending(Global global, CommandTopics topics, Replies replies, Duration patience) {
        this.global = global;
        this.topics = topics;
        this.replies = replies;
        this.patience = patience;
    }

    /** Sends it; returns the exit code. */
    int send(String key, Message message, CommandRequest request) throws InterruptedException, IOException {
        HostClock clock = SystemClock.open();
        Map<String, String> stopped = topics.stopped(key.isEmpty() ? replies.awaited() : Set.of(key));
        stopped.forEach((host, at) -> progress("the agent of " + host + " was stopped at " + at
                + ": the command waits until it is started, and expires at " + request.expiry()));
        RecordMetadata sent = topics.send(key, message);
        progress("sent " + request.verb() + " as " + request.id()
                + (replies.awaited().isEmpty() ? "" : ", waiting for " + String.join(", ", replies.awaited())));
        Duration end = clock.now().sinceBoot().plus(patience);
        while (!replies.missing().isEmpty() && clock.now().sinceBoot().compareTo(end) < 0) {
            for (Event event : topics.next()) {
                hear(event, sent).ifPresent(this::tell);
            }
        }
        replies.missing().forEach(host -> progress(host + " did not answer in time"));
        if (global.json()) {
            global.print(json(request, stopped));
        } else if (replies.awaited().isEmpty()) {
            global.out().println(request.id());
            global.out().flush();
        }
        return replies.exitCode();
    }

    private Map<String, Object> json(CommandRequest request, Map<String, String> stopped) {
        Map<String, Object> fields =
                new LinkedHashMap<>(replies.awaited().isEmpty() ? Map.of("id", request.id()) : replies.json());
        if (!stopped.isEmpty()) {
            fields.put("stopped", stopped);
        }
        return fields;
    }

    private Optional<Replies.Reply> hear(Event event, RecordMetadata sent) {
        if (event.data() instanceof RecordEvent.Refused refused
                && refused.topic().equals(sent.topic())
                && refused.partition() == sent.partition()
                && refused.offset() == sent.offset()) {
            return replies.hear(new Replies.Reply(Replies.host(event.source()), "refused", refused.why(), Map.of()));
        }
        return replies.hear(event);
    }

    private void tell(Replies.Reply reply) {
        String line = reply.host() + " " + reply.status() + (reply.text().isEmpty() ? "" : ": " + reply.text());
        if (!reply.last()) {
            progress(line);
        } else if (!global.json()) {
            global.out().println(Plain.of(line));
            reply.result().forEach((name, value) -> global.out().println(Plain.of("  " + name + ": " + value)));
            global.out().flush();
        }
    }

    private void progress(String line) {
        global.err().println(Plain.of(line));
        global.err().flush();
    }
}
