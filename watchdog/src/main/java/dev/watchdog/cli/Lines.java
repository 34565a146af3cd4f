package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** For pipes and files: each answer below the one before, as JSON one line each; trouble once, on the other stream. */
final class Lines implements Display {
    private final Global global;
    private final String name;
    private final Function<JsonNode, Table> table;
    private String told = "";

    Lines(Global global, String name, Function<JsonNode, Table> table) {
        this.global = global;
        this.name = name;
        this.table = table;
    }

    @Override
    public boolean show(JsonNode answer, Instant at, String trouble) {
        if (trouble.isEmpty()) {
            if (global.json()) {
                global.print(answer);
            } else {
                global.out().println(name + " at " + at.truncatedTo(ChronoUnit.SECONDS));
                table.apply(answer).print(global.out(), global.style());
            }
        } else if (!trouble.equals(told)) {
            global.err().println("watchdog: " + trouble + "; going on when it is back");
            global.err().flush();
        }
        told = trouble;
        return !global.out().checkError();
    }
}
