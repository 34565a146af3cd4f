package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.healing.NameLookup;
import dev.watchdog.healing.SubjectNames;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Finds the fault that somebody means, among those the agent lists: open ones first, then the newest. */
final class FaultChoice {
    private static final int FEWEST = 4;

    private final List<JsonNode> faults;

    FaultChoice(JsonNode answer) {
        faults =
                StreamSupport.stream(answer.path("faults").spliterator(), false).toList();
    }

    /**
     * Its id; what is asked itself when it may be the id of one that is older than the list. A name means the newest
     * fault of whoever has or had it: a container that was made anew has another id and the same name.
     */
    String of(String asked) {
        for (JsonNode each : faults) {
            String id = Rows.text(each, "id");
            if (id.equals(asked) || id.endsWith("-" + asked)) {
                return id;
            }
        }
        List<JsonNode> of = befell(asked);
        if (!of.isEmpty()) {
            return Rows.text(of.get(0), "id");
        }
        List<JsonNode> begun = asked.length() < FEWEST
                ? List.of()
                : matching(each -> subjectId(each).startsWith(unqualified(asked)));
        List<String> ids = asked.length() < FEWEST
                ? List.of()
                : faults.stream()
                        .map(each -> Rows.text(each, "id"))
                        .filter(id -> id.startsWith(asked))
                        .toList();
        long subjects = begun.stream()
                .map(each -> Rows.text(each, "subject"))
                .distinct()
                .count();
        if (subjects == 1) {
            return Rows.text(begun.get(0), "id");
        } else if (subjects == 0 && ids.size() == 1) {
            return ids.get(0);
        } else if (subjects + ids.size() > 1) {
            throw new CommandFailure(
                    Exit.FAULTS,
                    "'" + Plain.of(asked) + "' may mean several faults: 'watchdog faults --all' lists their ids");
        } else if (FaultId.is(asked)) {
            return asked;
        }
        throw new CommandFailure(
                Exit.FAULTS, Plain.of("no fault of anything called '" + asked + "' is known" + near(asked)));
    }

    /** The ids of the other faults of what is called so, the newest first. */
    List<String> others(String asked, String chosen) {
        return befell(asked).stream()
                .map(each -> Rows.text(each, "id"))
                .filter(id -> !id.equals(chosen))
                .map(Ids::ofThisJournal)
                .toList();
    }

    /** Those of the subject that is called so; of all that had the name when it is a name. */
    private List<JsonNode> befell(String asked) {
        List<JsonNode> exact = matching(each ->
                Rows.text(each, "subject").equals(asked) || subjectId(each).equals(asked));
        return exact.isEmpty() ? matching(each -> name(each).equals(unqualified(asked))) : exact;
    }

    private List<JsonNode> matching(Predicate<JsonNode> wanted) {
        return faults.stream().filter(wanted).toList();
    }

    private String near(String asked) {
        List<NameLookup.Entry<String>> known = faults.stream()
                .map(each -> new NameLookup.Entry<>(Rows.text(each, "subject"), subjectId(each), name(each)))
                .distinct()
                .toList();
        String offered = new NameLookup<>(known)
                .find(unqualified(asked)).offered().stream()
                        .map(each -> Ids.name(each.value(), each.name()))
                        .distinct()
                        .collect(Collectors.joining(", "));
        return offered.isEmpty() ? ": 'watchdog faults --all' lists them" : "; near: " + offered;
    }

    private static String name(JsonNode fault) {
        String name = Rows.text(fault, "subjectName");
        return name.isEmpty() ? Rows.first(fault.path("evidence"), SubjectNames.FACTS.toArray(String[]::new)) : name;
    }

    private static String subjectId(JsonNode fault) {
        return unqualified(Rows.text(fault, "subject"));
    }

    private static String unqualified(String subject) {
        return subject.substring(subject.indexOf('/') + 1);
    }
}
