package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is or was done. */
@Command(
        name = "actions",
        description = "Lists what is being done, what waits and why, and what was done lately.",
        footer = {
            "",
            "Examples:",
            "  watchdog actions    then: watchdog approve a5",
            "  watchdog actions --state failed,undone --since 1h"
        })
final class Actions implements Callable<Integer> {
    private static final Listing LISTING =
            new Listing("actions", each -> Ids.ofThisJournal(Rows.text(each, "id")), "no actions yet");

    private final Global global;

    @Mixin
    private Filters filters = new Filters();

    @Mixin
    private JournalOption journal = new JournalOption();

    Actions(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        return journal.with(global, this::list);
    }

    private int list(Api api) {
        JsonNode answer = api.get("/api/v1/actions");
        Instant now = global.now();
        List<JsonNode> rows = LISTING.rows(
                answer,
                filters.by(
                        List.of("kind"),
                        List.of("state", "gate"),
                        List.of("endedAt", "startedAt", "requestedAt", "until"),
                        now));
        LISTING.print(global, answer, rows, shown -> table(shown, now));
        return Exit.OK;
    }

    private static Table table(List<JsonNode> rows, Instant now) {
        Table table = Table.of(
                Column.key("id"),
                Column.key("name"),
                Column.word("kind"),
                Column.word("state"),
                Column.word("age"),
                Column.word("fault"),
                Column.sentence("what came of it"),
                Column.wide("subject"),
                Column.wide("started"),
                Column.wide("ended"));
        rows.forEach(each -> table.row(List.of(
                Ids.ofThisJournal(Rows.text(each, "id")),
                Ids.name(Rows.text(each, "subject"), Rows.text(each, "subjectName")),
                Rows.text(each, "kind"),
                Rows.action(each),
                Ages.of(Rows.first(each, "endedAt", "startedAt", "requestedAt"), now),
                Ids.ofThisJournal(Rows.text(each, "fault")),
                Rows.text(each, "why") + Rows.text(each.path("result"), "summary"),
                Rows.text(each, "subject"),
                Rows.time(each, "startedAt"),
                Rows.time(each, "endedAt"))));
        return table;
    }
}
