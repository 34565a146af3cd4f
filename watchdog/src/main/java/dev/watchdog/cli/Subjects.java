package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.agent.Durations;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.linux.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The subjects of one kind that are watched, as their domain declares the view. */
@Command
final class Subjects implements Callable<Integer> {
    private static final Duration USUAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Global global;
    private final SubjectTable view;

    @Option(
            names = {"-w", "--watch"},
            description = "Go on until Ctrl-C: a table that follows what changes, or one answer after the other when"
                    + " the output is no terminal.")
    private boolean watch;

    @Option(names = "--every", paramLabel = "TIME", description = "With --watch, how often to look; 1s if not given.")
    private @Nullable String every;

    Subjects(Global global, SubjectTable view) {
        this.global = global;
        this.view = view;
    }

    @Override
    public Integer call() {
        if (watch) {
            return watch(every == null ? USUAL : pause(every));
        }
        if (every != null) {
            throw new CommandFailure(Exit.USAGE, "--every needs --watch");
        }
        JsonNode answer = question().get();
        if (global.json()) {
            global.print(answer);
        } else {
            Rows.print(global, table(answer), answer.path("subjects").size(), "nothing is watched here");
        }
        return Exit.OK;
    }

    private int watch(Duration pause) {
        HostClock clock = clock();
        boolean drawn = !global.json() && Terminal.now().isPresent();
        Display display = drawn
                ? new Screen(global, view.command(), pause, this::table)
                : new Lines(global, view.command(), this::table);
        CtrlC leave = CtrlC.endsWell(drawn ? global.out() : null);
        try {
            return new Watch(question(), display, clock, pause, Thread::sleep).run();
        } finally {
            leave.forget();
        }
    }

    private static HostClock clock() {
        try {
            return SystemClock.open();
        } catch (IOException e) {
            throw new CommandFailure(Exit.CANNOT_START, "the kernel's clock cannot be read: " + e.getMessage());
        }
    }

    private static Duration pause(String text) {
        try {
            Duration pause = Durations.parse(text);
            if (pause.compareTo(SHORTEST) >= 0 && pause.compareTo(LONGEST) <= 0) {
                return pause;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "--every " + e.getMessage());
        }
        throw new CommandFailure(Exit.USAGE, "--every must be 100ms to 1d");
    }

    private Supplier<JsonNode> question() {
        ControlClient client = global.client();
        return () -> Global.read(client.get("/api/v1/subjects/" + Rows.pathPart(view.subjectKind())));
    }

    private Table table(JsonNode answer) {
        List<String> head = new ArrayList<>(List.of("id", "name", "state"));
        head.addAll(view.columns());
        Table table = new Table(head);
        answer.path("subjects").forEach(each -> {
            List<String> row =
                    new ArrayList<>(List.of(Rows.text(each, "id"), Rows.text(each, "name"), Rows.text(each, "state")));
            view.columns().forEach(column -> row.add(Rows.text(each.path("details"), column)));
            table.row(row);
        });
        return table;
    }
}
