package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at a subject again because somebody asks, and tells what was found. Pure. */
final class Probes {
    /** Looking takes less than a second; one that takes longer tells nothing. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String FAULTY = "faulty";
    private static final String LEFT_ALONE = "left-alone";
    private static final String UNKNOWN = "unknown";
    private static final String GONE = "gone";
    private static final String HEALTHY = "healthy";

    /** Nothing is broken yet. */
    private static final String WARNING = "warning";

    private static final List<String> WORST_FIRST = List.of(FAULTY, LEFT_ALONE, UNKNOWN, GONE, WARNING, HEALTHY);

    private final Turn turn;
    private final Docket docket;
    private final Admission admission;

    Probes(Turn turn, Admission admission) {
        this.turn = turn;
        this.docket = turn.docket();
        this.admission = admission;
    }

    void take(Command command) {
        if (!admission.understands(command, List.of("fault", "subject"))) {
            return;
        }
        Optional<Fault> fault = turn.findFault(each -> HealerState.named(each.id(), command.argument("fault")));
        Optional<Subject> subject = subject(command.argument("subject"));
        if (command.arguments().containsKey("fault") == command.arguments().containsKey("subject")) {
            docket.reject(command, "give a fault or a subject to look at");
        } else if (command.arguments().containsKey("fault")) {
            fault.ifPresentOrElse(
                    found -> look(command, found.subject(), List.of(found.kind())),
                    () -> docket.reject(command, "no open fault has that id: 'watchdog faults' lists them"));
        } else {
            List<String> kinds = subject.map(this::kinds).orElse(List.of());
            if (kinds.isEmpty()) {
                docket.reject(command, "'subject' must be one that is watched, such as container/<id>");
            } else {
                look(command, subject.orElseThrow(), kinds);
            }
        }
    }

    private static Optional<Subject> subject(String text) {
        try {
            return Optional.of(Subject.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All that can be wrong with it; what is only wished for is not looked for. */
    private List<String> kinds(Subject subject) {
        return turn.setting.policy().faultKinds().values().stream()
                .filter(kind -> kind.subjectKind().equals(subject.kind()) && kind.nature() != Nature.WISH)
                .map(FaultKind::name)
                .sorted()
                .toList();
    }

    private void look(Command command, Subject subject, List<String> kinds) {
        String kind = kinds.size() == 1 ? kinds.get(0) : null;
        Evidence would = Evidence.of("would look at " + subject + " for " + String.join(", ", kinds));
        if (admission.begin(command, subject, kind, would)) {
            docket.put(new Ongoing(
                    command, 0, turn.now().plus(PATIENCE), new Ongoing.Look(subject, turn.now(), kinds, Map.of())));
            kinds.forEach(each -> turn.effect(new Effect.Look(new FaultKey(subject, each))));
        }
    }

    /** Something was seen: whoever asked for a look at it before that is told, once all was looked at. */
    void see(Finding finding) {
        for (Ongoing each : docket.all()) {
            Ongoing.Look look = each.look();
            if (look != null && answers(look, finding)) {
                Map<String, String> seen = new TreeMap<>(look.seen());
                seen.put(finding.kind(), words(finding));
                Ongoing.Look more = new Ongoing.Look(look.subject(), look.asked(), look.kinds(), seen);
                docket.remember(each.with(more));
                if (seen.keySet().containsAll(look.kinds())) {
                    docket.succeed(each.command(), found(more));
                }
            }
        }
    }

    private boolean answers(Ongoing.Look look, Finding finding) {
        return finding.subject().equals(look.subject())
                && look.kinds().contains(finding.kind())
                && finding.seen().boot().equals(turn.setting.now().boot())
                && finding.seen().sinceBoot().compareTo(look.asked()) >= 0;
    }

    private static String words(Finding finding) {
        if (finding instanceof Finding.Faulty faulty) {
            return FAULTY + ": " + faulty.evidence().summary();
        } else if (finding instanceof Finding.Unknown unknown) {
            return (unknown.leftAlone() ? LEFT_ALONE : UNKNOWN) + ": " + unknown.why();
        }
        return finding instanceof Finding.Gone ? GONE : HEALTHY;
    }

    private Evidence found(Ongoing.Look look) {
        List<String> unwell = new ArrayList<>();
        look.seen().forEach((kind, words) -> {
            if (!words.equals(HEALTHY)) {
                unwell.add(kind + " " + words);
            }
        });
        String summary = unwell.isEmpty()
                ? HEALTHY
                : String.join("; ", unwell.stream().sorted().toList());
        return Evidence.of(look.subject() + ": " + summary)
                .with("subject", look.subject().toString())
                .with("state", state(look.seen()))
                .with("found", new TreeMap<>(look.seen()));
    }

    /** What was found in one word: that something is broken goes before that something was not seen. */
    private String state(Map<String, String> seen) {
        List<String> states = seen.entrySet().stream()
                .map(each -> state(each.getKey(), each.getValue()))
                .toList();
        return WORST_FIRST.stream().filter(states::contains).findFirst().orElse(HEALTHY);
    }

    private String state(String kind, String words) {
        String word = words.contains(": ") ? words.substring(0, words.indexOf(": ")) : words;
        FaultKind known = turn.setting.policy().faultKinds().get(kind);
        boolean warns = known != null && known.severity() != Severity.ERROR;
        return word.equals(FAULTY) && warns ? WARNING : word;
    }

    /** Ends one that has waited for too long. */
    void late(Ongoing probe, Ongoing.Look look) {
        List<String> unseen = look.kinds().stream()
                .filter(kind -> !look.seen().containsKey(kind))
                .toList();
        docket.fail(
                probe.command(),
                "nobody looked at " + look.subject() + " for " + String.join(", ", unseen) + " within "
                        + PATIENCE.toSeconds() + " s: is it watched?");
    }
}
