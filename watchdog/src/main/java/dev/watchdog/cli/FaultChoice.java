package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Finds the fault that somebody means, among those the agent lists: open ones first, then the newest. */
final class FaultChoice {
    private static final int FEWEST = 4;

    private final List<JsonNode> faults;

    FaultChoice(JsonNode answer) {
        faults =
                StreamSupport.stream(answer.path("faults").spliterator(), false).toList();
    }

    /** Its id; what is asked itself when nothing listed fits, for it may be older than the list. */
    String of(String asked) {
        for (JsonNode each : faults) {
            String id = Rows.text(each, "id");
            if (id.equals(asked) || id.endsWith("-" + asked)) {
                return id;
            }
        }
        Set<String> subjects = new LinkedHashSet<>();
        String first = "";
        for (JsonNode each : faults) {
            if (befell(each, asked)) {
                first = first.isEmpty() ? Rows.text(each, "id") : first;
                subjects.add(Rows.text(each, "subject"));
            }
        }
        if (subjects.size() == 1) {
            return first;
        }
        List<String> begun = asked.length() < FEWEST
                ? List.of()
                : faults.stream()
                        .map(each -> Rows.text(each, "id"))
                        .filter(id -> id.startsWith(asked))
                        .toList();
        if (begun.size() == 1 && subjects.isEmpty()) {
            return begun.get(0);
        }
        if (begun.size() + subjects.size() > 1) {
            throw new CommandFailure(
                    Exit.FAULTS,
                    "'" + Plain.of(asked) + "' may mean several faults: 'watchdog faults --all' lists their ids");
        }
        return asked;
    }

    private static boolean befell(JsonNode fault, String asked) {
        String subject = Rows.text(fault, "subject");
        String id = subject.substring(subject.indexOf('/') + 1);
        return subject.equals(asked)
                || (asked.length() >= FEWEST && id.startsWith(asked))
                || Rows.text(fault.path("evidence"), "containerName").equals(asked);
    }
}
