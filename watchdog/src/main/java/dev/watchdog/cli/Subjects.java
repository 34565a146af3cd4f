package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.healing.SubjectTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The subjects of one kind that are watched, as their domain declares the view. */
@Command
final class Subjects implements Callable<Integer> {
    private final Global global;
    private final SubjectTable view;

    Subjects(Global global, SubjectTable view) {
        this.global = global;
        this.view = view;
    }

    @Override
    public Integer call() {
        JsonNode answer = global.get("/api/v1/subjects/" + Rows.pathPart(view.subjectKind()));
        if (global.json()) {
            global.print(answer);
            return Exit.OK;
        }
        List<String> head = new ArrayList<>(List.of("id", "name", "state"));
        head.addAll(view.columns());
        Table table = new Table(head);
        answer.path("subjects").forEach(each -> {
            List<String> row =
                    new ArrayList<>(List.of(Rows.text(each, "id"), Rows.text(each, "name"), Rows.text(each, "state")));
            view.columns().forEach(column -> row.add(Rows.text(each.path("details"), column)));
            table.row(row);
        });
        Rows.print(global, table, answer.path("subjects").size(), "nothing is watched here");
        return Exit.OK;
    }
}
