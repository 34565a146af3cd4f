package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is broken. */
@Command(
        name = "faults",
        description = "Lists the open faults, or tells the story of some.",
        footer = {
            "",
            "Exit code: 0 no open faults, or none but warnings; 1 there are some.",
            "",
            "Examples:",
            "  watchdog faults --all --since 1d",
            "  watchdog faults f17 web-1",
            "  watchdog faults -o name | xargs -n1 watchdog explain"
        })
final class Faults implements Callable<Integer> {
    private final Global global;

    @Parameters(
            arity = "0..*",
            paramLabel = "FAULT",
            description = "A fault's id or its end (f17), or the name or id of what it befell.")
    private List<String> faults = List.of();

    @Option(names = "--all", description = "Also those that are over.")
    private boolean all;

    @Mixin
    private Filters filters = new Filters();

    @Mixin
    private JournalOption journal = new JournalOption();

    Faults(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        return journal.with(global, api -> faults.isEmpty() ? list(api) : stories(api));
    }

    private int list(Api api) {
        JsonNode answer = api.get("/api/v1/faults?state=" + (all ? "all" : "open"));
        Listing listing = new Listing(
                "faults", each -> Ids.ofThisJournal(Rows.text(each, "id")), all ? "no faults" : "no open faults");
        Instant now = global.now();
        List<JsonNode> rows = listing
                .rows(
                        answer,
                        filters.by(
                                List.of("kind"), List.of("state", "severity"), List.of("clearedAt", "raisedAt"), now))
                .stream()
                .sorted(Comparator.comparingInt(Faults::urgency))
                .toList();
        listing.print(global, answer, rows, shown -> table(shown, now));
        return rows.stream().anyMatch(Faults::isBroken) ? Exit.FAULTS : Exit.OK;
    }

    private static int urgency(JsonNode fault) {
        return isBroken(fault) ? 0 : Rows.text(fault, "state").equals("open") ? 1 : 2;
    }

    /** It is open, and more than a warning of what will break. */
    private static boolean isBroken(JsonNode fault) {
        return Rows.text(fault, "state").equals("open")
                && Rows.text(fault, "severity").equals("error");
    }

    private static Table table(List<JsonNode> rows, Instant now) {
        Table table = Table.of(
                Column.key("id"),
                Column.key("name"),
                Column.word("kind"),
                Column.word("state"),
                Column.word("age"),
                Column.word("action"),
                Column.sentence("summary"),
                Column.wide("severity"),
                Column.wide("subject"),
                Column.wide("raised"));
        rows.forEach(each -> table.row(row(each, now)));
        return table;
    }

    private static List<String> row(JsonNode each, Instant now) {
        JsonNode actions = each.path("actions");
        return List.of(
                Ids.ofThisJournal(Rows.text(each, "id")),
                Ids.name(Rows.text(each, "subject"), Rows.text(each, "subjectName")),
                Rows.text(each, "kind"),
                isBroken(each) ? "faulty" : urgency(each) == 1 ? "warning" : Rows.text(each, "state"),
                Ages.of(Rows.text(each, "raisedAt"), now),
                actions.isEmpty() ? "" : Rows.action(actions.get(actions.size() - 1)),
                Rows.text(each.path("evidence"), "summary"),
                Rows.text(each, "severity"),
                Rows.text(each, "subject"),
                Rows.time(each, "raisedAt"));
    }

    private int stories(Api api) {
        int code = Exit.OK;
        for (String asked : faults) {
            String id = FaultId.is(asked) ? asked : new FaultChoice(api.get("/api/v1/faults?state=all")).of(asked);
            code = Math.max(code, story(api.get("/api/v1/faults/" + Rows.pathPart(id))));
        }
        return code;
    }

    private int story(JsonNode answer) {
        JsonNode told = answer.path("fault");
        if (global.json()) {
            global.print(answer);
        } else {
            Table table = Table.of(Column.word("time"), Column.word("what"), Column.sentence("detail"));
            answer.path("timeline")
                    .forEach(event ->
                            table.row(List.of(Rows.time(event, "time"), Rows.shortType(event), Rows.detail(event))));
            String name = Rows.text(told, "subjectName");
            global.out()
                    .println(Plain.of(Rows.text(told, "id") + ": " + Rows.text(told, "kind") + " on "
                            + Rows.text(told, "subject") + (name.isEmpty() ? "" : " (" + name + ")") + ", "
                            + Rows.text(told, "state")));
            table.print(global.out(), global.style());
        }
        return isBroken(told) ? Exit.FAULTS : Exit.OK;
    }
}
