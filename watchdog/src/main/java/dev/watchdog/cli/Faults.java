package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is broken. */
@Command(
        name = "faults",
        description = "Lists the open faults, or tells the story of one.",
        footer = {
            "",
            "Exit code: 0 no open faults, or none but warnings; 1 there are some.",
            "",
            "Examples:",
            "  watchdog faults --all",
            "  watchdog faults f17"
        })
final class Faults implements Callable<Integer> {
    private final Global global;

    @Parameters(arity = "0..1", paramLabel = "FAULT", description = "A fault's id, or its end: f17.")
    private @Nullable String fault;

    @Option(names = "--all", description = "Also those that are over.")
    private boolean all;

    Faults(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        if (fault != null) {
            return story(fault);
        }
        JsonNode answer = global.get("/api/v1/faults?state=" + (all ? "all" : "open"));
        if (global.json()) {
            global.print(answer);
        } else {
            Table table =
                    new Table(List.of("id", "state", "severity", "kind", "subject", "raised", "action", "summary"));
            answer.path("faults").forEach(each -> table.row(row(each)));
            Rows.print(global, table, answer.path("faults").size(), all ? "no faults" : "no open faults");
        }
        for (JsonNode each : answer.path("faults")) {
            if (isBroken(each)) {
                return Exit.FAULTS;
            }
        }
        return Exit.OK;
    }

    /** It is open, and more than a warning of what will break. */
    private static boolean isBroken(JsonNode fault) {
        return Rows.text(fault, "state").equals("open")
                && Rows.text(fault, "severity").equals("error");
    }

    private static List<String> row(JsonNode each) {
        JsonNode actions = each.path("actions");
        return List.of(
                Rows.text(each, "id"),
                Rows.text(each, "state"),
                Rows.text(each, "severity"),
                Rows.text(each, "kind"),
                Rows.text(each, "subject"),
                Rows.time(each, "raisedAt"),
                actions.isEmpty() ? "" : Rows.action(actions.get(actions.size() - 1)),
                Rows.text(each.path("evidence"), "summary"));
    }

    private int story(String id) {
        JsonNode answer = global.get("/api/v1/faults/" + Rows.pathPart(id));
        JsonNode told = answer.path("fault");
        if (global.json()) {
            global.print(answer);
        } else {
            Table table = new Table(List.of("time", "what", "detail"));
            answer.path("timeline")
                    .forEach(event ->
                            table.row(List.of(Rows.time(event, "time"), Rows.shortType(event), Rows.detail(event))));
            global.out()
                    .println(Plain.of(Rows.text(told, "id") + ": " + Rows.text(told, "kind") + " on "
                            + Rows.text(told, "subject") + ", " + Rows.text(told, "state")));
            table.print(global.out(), global.width());
        }
        return isBroken(told) ? Exit.FAULTS : Exit.OK;
    }
}
