package dev.watchdog.healing;

import dev.watchdog.events.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves what a command is about, whatever door it came through: names, beginnings of ids, whole ids and
 * {@code kind/name} become the id that the rest of the agent knows. Whoever authorizes a command and whoever carries it
 * out ask here, so that both mean the same thing. Pure; a snapshot of one moment.
 */
public final class CommandSubjects {
    private static final int SHORT_ID = 12;

    /** {@code f17}, {@code w2}, with or without the journal's id before it. */
    private static final Pattern FAULT_ID = Pattern.compile("(.+-)?[fw][0-9]+");

    private final Policy policy;
    private final HealerState state;
    private final Set<String> listed;
    private final List<NameLookup.Entry<Subject>> known = new ArrayList<>();

    /**
     * Takes the snapshot.
     *
     * @param inventory what is watched now
     * @param listed the kinds of subjects of which the inventory has every one: others are taken as they are written
     */
    public CommandSubjects(
            Policy policy, HealerState state, Collection<WatchedSubject> inventory, Collection<String> listed) {
        this.policy = policy;
        this.state = state;
        this.listed = Set.copyOf(listed);
        Set<Subject> seen = new HashSet<>();
        inventory.forEach(each -> add(seen, each.subject(), each.name()));
        state.open().forEach(fault -> add(seen, fault.subject(), SubjectNames.of(fault.evidence())));
    }

    private void add(Set<Subject> seen, Subject subject, String name) {
        if (seen.add(subject)) {
            known.add(new NameLookup.Entry<>(subject, subject.id(), name));
        }
    }

    /**
     * What a command is about.
     *
     * @param arguments the command's own, with ids in place of what was resolved
     * @param subjects one for each argument that names something: as it is written when it is not known, empty when it
     *     cannot be a subject. The host when none does
     * @param problem why it cannot be carried out, in one line; null when all is known
     */
    public record Resolved(
            Map<String, String> arguments,
            List<Optional<Subject>> subjects,
            @Nullable String problem) {
        /** Copies what it is given. */
        public Resolved {
            arguments = Map.copyOf(arguments);
            subjects = List.copyOf(subjects);
        }
    }

    /** One argument's value: what it stands for, or why that is not known. */
    private record Value(
            String text,
            @Nullable Subject subject,
            @Nullable String problem) {
        static Value of(String text, Subject subject) {
            return new Value(text, subject, null);
        }

        static Value unknown(String text, String problem) {
            return new Value(text, null, problem);
        }
    }

    /** Resolves each argument that names something, also one that the verb does not look at. */
    public Resolved resolve(String verb, Map<String, String> arguments) {
        Map<String, String> resolved = new LinkedHashMap<>(arguments);
        List<Optional<Subject>> subjects = new ArrayList<>();
        String problem = null;
        for (Map.Entry<String, String> argument : arguments.entrySet()) {
            Value value = value(verb, argument.getKey(), argument.getValue());
            if (value != null) {
                resolved.put(argument.getKey(), value.text());
                subjects.add(Optional.ofNullable(value.subject()));
                problem = problem == null ? value.problem() : problem;
            }
        }
        return new Resolved(resolved, subjects.isEmpty() ? List.of(Optional.of(Subject.HOST)) : subjects, problem);
    }

    /** Null for an argument that says how, not what. */
    private @Nullable Value value(String verb, String name, String text) {
        return switch (name) {
            case "subject" -> subject(text, null);
            case "fault" -> fault(text);
            case "action" -> action(text);
            default -> {
                String kind = kindNamedBy(name);
                if (kind == null) {
                    yield null;
                }
                yield text.equals(VerbKind.ALL) && takesAll(verb, name)
                        ? Value.of(text, Subject.HOST)
                        : idOnly(subject(text, kind));
            }
        };
    }

    /** What is the host's can be about all that it has; for any other verb the word is a name like others. */
    private boolean takesAll(String verb, String argument) {
        VerbKind asked = policy.verbs().get(verb);
        return asked != null && asked.isOfHost() && asked.arguments().contains(argument);
    }

    private @Nullable String kindNamedBy(String argument) {
        return policy.verbs().values().stream()
                .filter(verb -> argument.equals(verb.subjectArgument()))
                .map(VerbKind::subjectKind)
                .findFirst()
                .orElse(null);
    }

    private static Value idOnly(Value value) {
        Subject subject = value.subject();
        return subject == null || value.problem() != null ? value : Value.of(subject.id(), subject);
    }

    /** @param wanted the only kind that it may be; null for any */
    private Value subject(String text, @Nullable String wanted) {
        if (text.isBlank()) {
            return Value.unknown(text, "it names nothing: give a name, an id or kind/name");
        }
        int slash = text.indexOf('/');
        String head = slash < 0 ? "" : text.substring(0, slash);
        boolean qualified = kinds().contains(head);
        String kind = qualified ? head : wanted;
        if (qualified && wanted != null && !wanted.equals(head)) {
            return Value.unknown(text, "'" + text + "' is no " + wanted);
        }
        Subject plain = parsed(text);
        if (plain != null && kinds().contains(plain.kind()) && !listed.contains(plain.kind())) {
            return Value.of(text, plain);
        }
        NameLookup.Result<Subject> result = among(kind).find(qualified ? text.substring(slash + 1) : text);
        if (result.found().isPresent()) {
            Subject found = result.found().get().value();
            return Value.of(found.toString(), found);
        }
        if (kind != null && !listed.contains(kind)) {
            // its domain knows, or nobody does
            return new Value(text, plain, null);
        }
        String offered = result.offered().stream().map(CommandSubjects::words).collect(Collectors.joining(", "));
        return new Value(
                text,
                plain,
                result.ambiguous()
                        ? "'" + text + "' may be any of: " + offered
                        : "nothing that is called '" + text + "' is watched here"
                                + (offered.isEmpty() ? "" : "; near: " + offered) + unseen());
    }

    /** What is not seen may be there. */
    private String unseen() {
        return state.blind().isEmpty()
                ? ""
                : "; not everything is seen now: "
                        + state.blind().keySet().stream()
                                .sorted()
                                .limit(NameLookup.MOST_OFFERED)
                                .collect(Collectors.joining(", "));
    }

    private NameLookup<Subject> among(@Nullable String kind) {
        return new NameLookup<>(known.stream()
                .filter(each -> kind == null || each.value().kind().equals(kind))
                .toList());
    }

    private Set<String> kinds() {
        Set<String> kinds = policy.faultKinds().values().stream()
                .map(FaultKind::subjectKind)
                .collect(Collectors.toCollection(HashSet::new));
        kinds.addAll(listed);
        kinds.add(Subject.HOST.kind());
        return kinds;
    }

    private static @Nullable Subject parsed(String text) {
        try {
            return Subject.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String words(NameLookup.Entry<Subject> entry) {
        String id = entry.id().length() > 2 * SHORT_ID && entry.id().indexOf('-') < 0
                ? entry.id().substring(0, SHORT_ID)
                : entry.id();
        String subject = entry.value().kind() + (id.isEmpty() ? "" : "/" + id);
        return entry.name().isEmpty() ? subject : entry.value().kind() + "/" + entry.name() + " (" + id + ")";
    }

    private Value fault(String text) {
        Optional<Fault> byId = open(fault -> HealerState.named(fault.id(), text));
        if (byId.isPresent()) {
            return Value.of(byId.get().id(), byId.get().subject());
        }
        Value about = subject(text, null);
        Subject subject = about.subject();
        if (subject == null || about.problem() != null) {
            String none = "no open fault has that id: 'watchdog faults' lists them";
            return Value.unknown(text, FAULT_ID.matcher(text).matches() ? none : none + "; " + about.problem());
        }
        List<Fault> all = state.faults().stream()
                .filter(fault -> fault.subject().equals(subject))
                .toList();
        List<Fault> mendable =
                all.stream().filter(fault -> fault.proposal() != null).toList();
        List<Fault> meant = mendable.isEmpty() ? all : mendable;
        if (meant.size() == 1) {
            return Value.of(meant.get(0).id(), subject);
        }
        return new Value(
                text,
                subject,
                all.isEmpty()
                        ? "no fault of " + subject + " is open: probe looks at it again"
                        : "name one of its faults: "
                                + meant.stream().map(Fault::id).collect(Collectors.joining(", ")));
    }

    private Value action(String text) {
        Optional<Fault> byId = open(fault ->
                fault.attempt() != null && HealerState.named(fault.attempt().id(), text));
        if (byId.isPresent()) {
            return Value.of(actionOf(byId.get()), byId.get().subject());
        }
        String none = "no action of that id waits: 'watchdog actions' lists them";
        Value about = subject(text, null);
        Subject subject = about.problem() == null ? about.subject() : null;
        List<Fault> waiting = state.open().stream()
                .filter(fault -> fault.subject().equals(subject) && fault.attempt() != null)
                .toList();
        if (waiting.size() == 1) {
            return Value.of(actionOf(waiting.get(0)), waiting.get(0).subject());
        }
        return waiting.isEmpty()
                ? Value.unknown(text, none)
                : new Value(
                        text,
                        subject,
                        "name one of its actions: "
                                + waiting.stream()
                                        .map(CommandSubjects::actionOf)
                                        .collect(Collectors.joining(", ")));
    }

    private static String actionOf(Fault fault) {
        Attempt attempt = fault.attempt();
        return attempt == null ? "" : attempt.id();
    }

    private Optional<Fault> open(Predicate<Fault> wanted) {
        return state.open().stream().filter(wanted).findFirst();
    }
}
