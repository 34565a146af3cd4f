package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The agent at a glance. */
@Command(
        name = "status",
        description = "Tells how the running agent is: what it may do, what it cannot see, what is broken.",
        footer = {"", "Exit code: 0 all is well but for warnings, 1 there are faults, 2 a sensor is blind."})
final class Status implements Callable<Integer> {
    private final Global global;

    Status(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        JsonNode answer = global.get("/api/v1/status");
        if (global.json()) {
            global.print(answer);
        } else {
            print(answer);
        }
        int faults =
                answer.path("openFaults").asInt() - answer.path("openWarnings").asInt();
        return faults > 0 ? Exit.FAULTS : answer.path("blindSensors").isEmpty() ? Exit.OK : Exit.BLIND;
    }

    private void print(JsonNode answer) {
        JsonNode host = answer.path("host");
        JsonNode journal = answer.path("journal");
        JsonNode pause = answer.path("pause");
        Table table = Table.of(Column.key("what"), Column.sentence("how"));
        table.row(List.of("host", Rows.text(host, "name") + " (" + Rows.text(host, "id") + ")"));
        table.row(List.of("agent", Rows.text(answer, "version") + ", up " + Rows.text(answer, "uptimeSeconds") + " s"));
        table.row(List.of("open faults", Rows.text(answer, "openFaults")));
        if (answer.path("openWarnings").asInt() > 0) {
            table.row(List.of("of them warnings", Rows.text(answer, "openWarnings")));
        }
        answer.path("modes")
                .properties()
                .forEach(each -> table.row(List.of(
                        "mode of " + each.getKey(),
                        each.getValue().asText()
                                + (answer.path("setModes").has(each.getKey()) ? ", set by a command" : ""))));
        table.row(List.of(
                "paused",
                pause.isMissingNode() || pause.isNull()
                        ? "no"
                        : "until " + Rows.time(pause, "until") + ": " + Rows.text(pause, "reason")));
        answer.path("blindSensors")
                .forEach(each -> table.row(List.of(
                        "blind: " + Rows.text(each, "sensor"),
                        "since " + Rows.time(each, "since") + ": " + Rows.text(each, "why"))));
        table.row(List.of(
                "journal",
                Rows.text(journal, "last") + " entries, "
                        + (journal.path("writable").asBoolean()
                                ? "writable"
                                : "cannot be written: nothing is mended until it can")));
        JsonNode kafka = answer.path("kafka");
        if (kafka.isObject()) {
            table.row(List.of(
                    "kafka",
                    (kafka.path("connected").asBoolean() ? "connected, " : "away: " + Rows.text(kafka, "why") + "; ")
                            + Rows.text(kafka, "lag") + " entries behind"));
        }
        answer.path("sources").forEach(each -> table.row(List.of("source " + Rows.text(each, "name"), source(each))));
        table.print(global.out(), global.style());
    }

    private static String source(JsonNode source) {
        String detail = Rows.text(source, "detail");
        return switch (Rows.text(source, "state")) {
            case "connected" -> "connected, tells of " + Rows.text(source, "subjects");
            case "absent" -> "not there: " + detail;
            case "unseen" -> "cannot be seen: " + detail;
            default -> "not asked yet";
        };
    }
}
