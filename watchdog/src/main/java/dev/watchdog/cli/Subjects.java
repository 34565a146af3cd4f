package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.healing.Durations;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.linux.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subjects of one kind that are watched, as their domain declares the view. */
@Command
final class Subjects implements Callable<Integer> {
    private static final Duration USUAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** What is not among them comes before all. */
    private static final List<String> WORST_FIRST = List.of("faulty", "unknown", "left-alone", "healthy");

    private final Global global;
    private final SubjectTable view;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "Only those of this name, or whose id begins so; all if none is given.")
    private List<String> names = List.of();

    @Mixin
    private Filters filters = new Filters();

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
        listing(answer).print(global, answer, rows(answer), this::table);
        if (!global.json() && !global.names()) {
            silent(answer).forEach(global::note);
        }
        return Exit.OK;
    }

    private Listing listing(JsonNode answer) {
        return new Listing(
                "subjects",
                each -> Rows.text(each, "subject"),
                answer.path("subjects").isEmpty() ? "nothing is watched here" : "nothing of that is watched here");
    }

    /** Where nobody answers, what is there may be more than is listed. */
    private static List<String> silent(JsonNode answer) {
        List<String> told = new ArrayList<>();
        answer.path("sources").forEach(each -> {
            if (!Rows.text(each, "state").equals("connected")) {
                told.add(Rows.source(each));
            }
        });
        return told;
    }

    private List<JsonNode> rows(JsonNode answer) {
        Predicate<JsonNode> passes = filters.by(List.of("kind"), List.of("state"), List.of("repairedAt"), global.now());
        return listing(answer)
                .rows(
                        answer,
                        each -> passes.test(each)
                                && (names.isEmpty() || names.stream().anyMatch(name -> isCalled(each, name))))
                .stream()
                .sorted(Comparator.comparingInt(Subjects::urgency).thenComparing(each -> Rows.text(each, "name")))
                .toList();
    }

    /** As every command takes it; here several may begin alike. */
    private static boolean isCalled(JsonNode subject, String asked) {
        String id = Rows.text(subject, "id");
        String name = asked.substring(asked.indexOf('/') + 1);
        return Rows.text(subject, "subject").equals(asked)
                || Rows.text(subject, "name").equals(asked)
                || Rows.text(subject, "name").equals(name)
                || (!name.isEmpty() && id.startsWith(name));
    }

    private static int urgency(JsonNode subject) {
        return WORST_FIRST.indexOf(Rows.text(subject, "state"));
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
        return table(rows(answer));
    }

    private Table table(List<JsonNode> rows) {
        Instant now = global.now();
        List<Column> head = new ArrayList<>(
                List.of(Column.key("name"), Column.key("id"), Column.word("state"), Column.word("repaired")));
        for (int i = 0; i < view.columns().size(); i++) {
            boolean last = i == view.columns().size() - 1;
            head.add(
                    last
                            ? Column.sentence(view.columns().get(i))
                            : Column.word(view.columns().get(i)));
        }
        view.wide().forEach(each -> head.add(Column.wide(each)));
        head.add(Column.wide("subject"));
        Table table = Table.of(head);
        for (JsonNode each : rows) {
            String repaired = Ages.of(Rows.text(each, "repairedAt"), now);
            List<String> row = new ArrayList<>(List.of(
                    Ids.name(Rows.text(each, "subject"), Rows.text(each, "name")),
                    Ids.ofSubject(Rows.text(each, "id")),
                    Rows.text(each, "state"),
                    repaired.isEmpty() ? "" : repaired + " ago"));
            view.columns().forEach(column -> row.add(Rows.text(each.path("details"), column)));
            view.wide().forEach(column -> row.add(Rows.text(each.path("details"), column)));
            row.add(Rows.text(each, "subject"));
            table.row(row);
        }
        return table;
    }
}
