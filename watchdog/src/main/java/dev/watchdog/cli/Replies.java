package dev.watchdog.cli;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The answers to one command, host by host. Not thread safe. */
final class Replies {
    private final String command;
    private final Set<String> awaited;
    private final Map<String, Reply> given = new TreeMap<>();

    /**
     * Expects one final answer of each of these hosts.
     *
     * @param hosts their ids
     */
    Replies(String command, Set<String> hosts) {
        this.command = command;
        this.awaited = new TreeSet<>(hosts);
    }

    /** Expects nothing. */
    static Replies none() {
        return new Replies("", Set.of());
    }

    /**
     * What a host said.
     *
     * @param status {@code accepted}, {@code progressed}, {@code succeeded}, {@code failed}, {@code rejected} or
     *     {@code expired}
     * @param text for people; may be empty
     * @param result further facts
     */
    record Reply(String host, String status, String text, Map<String, Object> result) {
        boolean last() {
            return !status.equals("accepted") && !status.equals("progressed");
        }

        int exitCode() {
            return switch (status) {
                case "succeeded" -> result.containsKey("found") ? found() : Exit.OK;
                case "failed" -> Exit.FAULTS;
                default -> Exit.USAGE;
            };
        }

        /** What a probe found. */
        private int found() {
            return switch (String.valueOf(result.get("state"))) {
                case "faulty" -> Exit.FAULTS;
                case "unknown", "gone" -> Exit.BLIND;
                default -> Exit.OK;
            };
        }

        Map<String, Object> json() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("host", host);
            fields.put("status", status);
            if (!text.isEmpty()) {
                fields.put(status.equals("succeeded") ? "summary" : "why", text);
            }
            if (!result.isEmpty()) {
                fields.put("result", result);
            }
            return fields;
        }
    }

    /** What is new in this event; empty when it belongs to something else or repeats a final answer. */
    Optional<Reply> hear(Event event) {
        if (!command.equals(event.correlation()) || !(event.data() instanceof CommandEvent said)) {
            return Optional.empty();
        }
        return hear(reply(host(event.source()), said));
    }

    /** The same, of something that is no event of the command itself. */
    Optional<Reply> hear(@Nullable Reply reply) {
        if (reply == null || given.containsKey(reply.host())) {
            return Optional.empty();
        }
        if (reply.last()) {
            given.put(reply.host(), reply);
        }
        return Optional.of(reply);
    }

    private static @Nullable Reply reply(String host, CommandEvent said) {
        if (said instanceof CommandEvent.Succeeded succeeded) {
            return new Reply(
                    host,
                    "succeeded",
                    succeeded.result().summary(),
                    without(succeeded.result().facts()));
        }
        if (said instanceof CommandEvent.Failed failed) {
            return new Reply(host, "failed", failed.why(), Map.of());
        }
        if (said instanceof CommandEvent.Rejected rejected) {
            return new Reply(host, "rejected", rejected.why(), Map.of());
        }
        if (said instanceof CommandEvent.Expired expired) {
            return new Reply(host, "expired", expired.why(), Map.of());
        }
        return said instanceof CommandEvent.Progressed progressed
                ? new Reply(host, "progressed", progressed.what(), Map.of())
                : new Reply(host, "accepted", "", Map.of());
    }

    private static Map<String, Object> without(Map<String, Object> facts) {
        Map<String, Object> rest = new LinkedHashMap<>(facts);
        rest.remove("summary");
        return rest;
    }

    /** {@code /hosts/<host id>/<journal id>} is the source of every event. */
    static String host(String source) {
        String[] parts = source.split("/", -1);
        return parts.length > 2 ? parts[2] : source;
    }

    /** The hosts that have not answered yet. */
    Set<String> missing() {
        Set<String> missing = new TreeSet<>(awaited);
        missing.removeAll(given.keySet());
        return missing;
    }

    Set<String> awaited() {
        return awaited;
    }

    /** What came of it so far. */
    int exitCode() {
        return missing().isEmpty()
                ? given.values().stream().mapToInt(Reply::exitCode).max().orElse(Exit.OK)
                : Exit.UNREACHABLE;
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", command);
        fields.put("answers", given.values().stream().map(Reply::json).toList());
        fields.put("missing", missing());
        return fields;
    }
}
