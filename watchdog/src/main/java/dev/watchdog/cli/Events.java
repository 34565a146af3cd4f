package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What happened. */
@Command(
        name = "events",
        description = "Lists what happened, one line each; with --follow, goes on as it happens.",
        footer = {"", "Examples:", "  watchdog events --limit 20", "  watchdog events --follow --json | jq .type"})
final class Events implements Callable<Integer> {
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int MOST = 1_000;

    private final Global global;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C, also over a restart of the agent.")
    private boolean follow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many of the newest to begin with, up to 1000; ${DEFAULT-VALUE} if not given.")
    private int limit = 50;

    @Mixin
    private Filters filters = new Filters();

    @Mixin
    private JournalOption journal = new JournalOption();

    private Predicate<JsonNode> passes = event -> true;
    private long after;

    Events(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1 || limit > MOST) {
            throw new CommandFailure(Exit.USAGE, "--limit must be 1 to " + MOST);
        }
        if (follow && journal.isGiven()) {
            throw new CommandFailure(Exit.USAGE, "--follow needs an agent: nothing more comes into this journal");
        }
        passes = filters.by(List.of("type"), List.of("severitytext"), List.of("time"), global.now());
        journal.with(global, this::list);
        if (follow) {
            follow();
        }
        return Exit.OK;
    }

    /** Those that do not fit one answer are asked for one answer after the other. */
    private int list(Api api) {
        JsonNode answer = api.get("/api/v1/events?limit=" + limit);
        long last = answer.path("last").asLong();
        int told = answer.path("events").size();
        answer.path("events").forEach(this::print);
        after = answer.path("next").asLong();
        while (told < limit && after < last && !answer.path("events").isEmpty()) {
            answer = api.get("/api/v1/events?limit=" + (limit - told) + "&after=" + after);
            told += answer.path("events").size();
            answer.path("events").forEach(this::print);
            after = answer.path("next").asLong();
        }
        return Exit.OK;
    }

    private void follow() throws InterruptedException {
        boolean told = false;
        while (!global.out().checkError()) {
            ControlClient client = global.client();
            try (HttpBody stream = client.open("/api/v1/events?after=" + after, "text/event-stream")) {
                told = false;
                after = read(stream, after);
            } catch (IOException | CommandFailure e) {
                if (!told) {
                    global.note("the agent is away; going on when it is back");
                    told = true;
                }
            }
            Thread.sleep(AGAIN.toMillis());
        }
    }

    private long read(HttpBody stream, long after) throws IOException {
        if (stream.status() != 200) {
            throw new IOException("status " + stream.status());
        }
        long last = after;
        String line = HttpBody.lineOrEnd(stream.stream());
        while (line != null) {
            if (global.out().checkError()) {
                return last;
            }
            if (line.startsWith("data: ")) {
                JsonNode event = Global.parse(line.substring("data: ".length()));
                print(event);
                last = event.path("id").asLong(last);
            }
            line = HttpBody.lineOrEnd(stream.stream());
        }
        return last;
    }

    private void print(JsonNode event) {
        if (!passes.test(event)) {
            return;
        }
        if (global.json()) {
            global.print(event);
            return;
        }
        String line = String.format(
                "%s  %-5s %-18s %s  %s",
                Rows.text(event, "time"),
                Rows.text(event, "severitytext"),
                Rows.shortType(event),
                Rows.text(event, "subject"),
                Rows.detail(event));
        global.out().println(Plain.of(line.stripTrailing()));
        global.out().flush();
    }
}
