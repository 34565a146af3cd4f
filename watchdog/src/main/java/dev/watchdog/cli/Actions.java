package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What is or was done. */
@Command(
        name = "actions",
        description = "Lists what is being done, what waits and why, and what was done lately.",
        footer = {"", "Example: watchdog actions    then: watchdog approve a5"})
final class Actions implements Callable<Integer> {
    private final Global global;

    Actions(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        JsonNode answer = global.get("/api/v1/actions");
        if (global.json()) {
            global.print(answer);
            return Exit.OK;
        }
        Table table = new Table(List.of("id", "state", "kind", "subject", "fault", "started", "ended", "why"));
        answer.path("actions")
                .forEach(each -> table.row(List.of(
                        Rows.text(each, "id"),
                        Rows.action(each),
                        Rows.text(each, "kind"),
                        Rows.text(each, "subject"),
                        Rows.text(each, "fault"),
                        Rows.time(each, "startedAt"),
                        Rows.time(each, "endedAt"),
                        Rows.text(each, "why") + Rows.text(each.path("result"), "summary"))));
        Rows.print(global, table, answer.path("actions").size(), "no actions yet");
        return Exit.OK;
    }
}
