package dev.watchdog.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What is behind a fault. */
@Command(
        name = "explain",
        description =
                "Tells in plain words what was broken and for whom, who did it, the likely cause, what the agent did,"
                        + " and what would stop it from happening again.",
        footer = {
            "",
            "Exit code: 0 it was told, 1 there is no such fault.",
            "",
            "Examples:",
            "  watchdog explain f17",
            "  watchdog explain web-1          the newest fault of the container of that name",
            "  watchdog explain f17 --json | jq .explanation.cause",
            "  watchdog explain web-1 --journal /var/lib/watchdog     where no agent runs"
        })
final class Explain implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Global global;

    @Parameters(
            arity = "1..*",
            paramLabel = "FAULT",
            description =
                    "A fault's id, its end (f17) or its beginning; or the name, the id or the beginning of the id of"
                            + " what it befell.")
    private List<String> asked = List.of();

    @Mixin
    private JournalOption journal = new JournalOption();

    Explain(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        return journal.with(global, this::explain);
    }

    private int explain(Api api) {
        return Several.ask(global, asked, each -> explain(api, each));
    }

    private int explain(Api api, String one) {
        FaultChoice choice = new FaultChoice(api.get("/api/v1/faults?state=all"));
        String id = choice.of(one);
        JsonNode story = api.get("/api/v1/faults/" + Rows.pathPart(id));
        JsonNode fault = story.path("fault");
        Optional<Explanation> explanation = explanation(fault);
        if (global.json()) {
            ObjectNode answer = JSON.createObjectNode();
            answer.set("fault", fault);
            explanation.ifPresent(told -> answer.set("explanation", JSON.valueToTree(told)));
            global.print(answer);
        } else {
            if (!one.equals(asked.get(0))) {
                line("");
            }
            print(fault, explanation);
            others(choice.others(one, id));
        }
        return Exit.OK;
    }

    /** What else had that name: this one is the newest. */
    private void others(List<String> ids) {
        if (!ids.isEmpty()) {
            line("");
            line("Also of this name: " + String.join(", ", ids));
            global.out().flush();
        }
    }

    private Optional<Explanation> explanation(JsonNode fault) {
        Evidence evidence = evidence(fault.path("evidence"));
        String kind = Rows.text(fault, "kind");
        return global.domains().stream()
                .filter(domain -> domain.faultKinds().stream()
                        .anyMatch(each -> each.name().equals(kind)))
                .findFirst()
                .flatMap(domain -> domain.explain(kind, evidence));
    }

    private static Evidence evidence(JsonNode told) {
        try {
            return told.isObject() ? JSON.treeToValue(told, Evidence.class) : new Evidence(Map.of());
        } catch (JsonProcessingException e) {
            return new Evidence(Map.of());
        }
    }

    private void print(JsonNode fault, Optional<Explanation> explanation) {
        line(Rows.text(fault, "id") + ": " + Rows.text(fault, "kind") + " on " + Rows.text(fault, "subject"));
        String summary = Rows.text(fault.path("evidence"), "summary");
        part("What was broken", List.of(explanation.map(Explanation::broken).orElse(summary)));
        part("Since when", List.of(FaultTimes.words(fault)));
        explanation.ifPresent(told -> {
            part("Who did it", List.of(told.who()));
            part(
                    "The " + (told.sureness().equals("certain") ? "" : told.sureness() + " ") + "cause (" + told.cause()
                            + (told.sureness().equals("certain") ? ", certain)" : ")"),
                    List.of(told.happened(), told.because()));
        });
        part("What the agent did", actions(fault));
        explanation.ifPresent(told -> part("What would stop it from happening again", told.prevention()));
        if (explanation.isEmpty()) {
            line("");
            line("There is no more to tell of a fault of this kind.");
        }
        global.out().flush();
    }

    private static List<String> actions(JsonNode fault) {
        List<String> told = new ArrayList<>();
        fault.path("actions").forEach(action -> {
            String result = Rows.text(action.path("result"), "summary");
            String why = Rows.text(action, "why");
            String detail = result.isEmpty() ? why : result;
            told.add(Rows.text(action, "kind") + ": " + Rows.action(action) + (detail.isEmpty() ? "" : ": " + detail));
        });
        if (told.isEmpty()) {
            String obstacle = Rows.text(fault.path("evidence"), "notMended");
            told.add("Nothing" + (obstacle.isEmpty() ? "." : ": " + obstacle + "."));
        }
        return told;
    }

    private void part(String title, List<String> sentences) {
        line("");
        line(title);
        sentences.forEach(each -> Wrapped.lines(Plain.of(each), global.width()).forEach(global.out()::println));
    }

    private void line(String text) {
        global.out().println(Plain.of(text));
    }
}
