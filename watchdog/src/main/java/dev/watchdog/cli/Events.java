package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What happened. */
@Command(
        name = "events",
        description = "Lists what happened, one line each; with --follow, goes on as it happens.",
        footer = {"", "Examples:", "  watchdog events --limit 20", "  watchdog events --follow --json | jq .type"})
final class Events implements Callable<Integer> {
    private static final Duration AGAIN = Duration.ofSeconds(1);

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

    Events(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1 || limit > 1_000) {
            throw new CommandFailure(Exit.USAGE, "--limit must be 1 to 1000");
        }
        JsonNode answer = global.get("/api/v1/events?limit=" + limit);
        answer.path("events").forEach(this::print);
        long after = answer.path("next").asLong();
        boolean told = false;
        while (follow) {
            ControlClient client = global.client();
            try (HttpBody stream = client.open("/api/v1/events?after=" + after, "text/event-stream")) {
                told = false;
                after = read(stream, after);
            } catch (IOException | CommandFailure e) {
                if (!told) {
                    global.err().println("watchdog: the agent is away; going on when it is back");
                    global.err().flush();
                    told = true;
                }
            }
            Thread.sleep(AGAIN.toMillis());
        }
        return Exit.OK;
    }

    private long read(HttpBody stream, long after) throws IOException {
        if (stream.status() != 200) {
            throw new IOException("status " + stream.status());
        }
        long last = after;
        String line = HttpBody.lineOrEnd(stream.stream());
        while (line != null) {
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
