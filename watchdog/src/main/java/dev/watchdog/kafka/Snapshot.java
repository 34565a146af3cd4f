package dev.watchdog.kafka;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.HostState;
import dev.watchdog.events.Subject;
import dev.watchdog.events.SubjectState;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.HealerState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Pause;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.journal.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The host and its subjects as they are now, from memory. Safe to use from any thread. */
final class Snapshot {
    private static final Pattern AMOUNT = Pattern.compile(".+(Bytes|BytesPerMinute)");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

    private final HostFacts host;
    private final Journal journal;
    private final LiveState live;
    private final Policy policy;
    private final Supplier<List<DomainRuntime>> runtimes;
    private final KafkaFigures figures;

    Snapshot(
            HostFacts host,
            Journal journal,
            LiveState live,
            Policy policy,
            Supplier<List<DomainRuntime>> runtimes,
            KafkaFigures figures) {
        this.host = host;
        this.journal = journal;
        this.live = live;
        this.policy = policy;
        this.runtimes = runtimes;
        this.figures = figures;
    }

    HostState host() {
        HealerState state = live.healer();
        KafkaReport kafka = figures.report();
        Pause pause = state.core().pause();
        return new HostState(
                host.id(),
                host.name(),
                host.labels(),
                host.version(),
                host.startedAt(),
                host.mode(),
                words(modes()),
                pause == null ? List.of() : List.of(new HostState.Pause(pause.since(), pause.until(), pause.reason())),
                new TreeMap<>(state.blind())
                        .entrySet().stream()
                                .map(each -> new HostState.Blind(
                                        each.getKey(),
                                        each.getValue().why(),
                                        each.getValue().since()))
                                .toList(),
                state.faults().size(),
                new HostState.Journal(journal.last(), kafka.cursor(), kafka.lag(), journal.writable()),
                new HostState.Kafka(kafka.connected(), figures.commandsLag()),
                null,
                null);
    }

    List<SubjectState> subjects() {
        Map<Subject, List<String>> faults = new HashMap<>();
        for (Fault fault : live.healer().faults()) {
            faults.computeIfAbsent(fault.subject(), subject -> new ArrayList<>())
                    .add(fault.id());
        }
        Map<String, Map<String, String>> modes = new HashMap<>();
        List<SubjectState> states = new ArrayList<>();
        for (DomainRuntime runtime : runtimes.get()) {
            for (WatchedSubject watched : runtime.inventory()) {
                Subject subject = watched.subject();
                states.add(new SubjectState(
                        subject,
                        host.id(),
                        watched.name(),
                        watched.state(),
                        modes.computeIfAbsent(subject.kind(), this::modesOf),
                        new Evidence(facts(watched.details())),
                        faults.getOrDefault(subject, List.of())));
            }
        }
        return states;
    }

    /** Columns are text, facts are not: an amount is a number here as it is in the evidence of faults. */
    static Map<String, Object> facts(Map<String, String> details) {
        Map<String, Object> facts = new TreeMap<>(details);
        facts.replaceAll((name, value) -> AMOUNT.matcher(name).matches()
                        && WHOLE.matcher(value.toString()).matches()
                ? Long.valueOf(value.toString())
                : value);
        return facts;
    }

    /** True while nothing but Kafka itself keeps the agent from seeing all that there is. */
    boolean seesAll() {
        return live.ready() && live.blindSensors().stream().allMatch(sensor -> sensor.startsWith(Link.SENSOR));
    }

    /** True once the agent ends: what is told then is told for the last time. */
    boolean stopping() {
        return live.stopping();
    }

    private Map<String, Mode> modes() {
        return live.healer().modes(policy);
    }

    private Map<String, String> modesOf(String subjectKind) {
        Map<String, Mode> modes = new HashMap<>(modes());
        modes.keySet().removeIf(kind -> !of(policy.faultKinds().get(kind), subjectKind));
        return words(modes);
    }

    private static boolean of(@Nullable FaultKind kind, String subjectKind) {
        return kind != null && kind.subjectKind().equals(subjectKind) && kind.nature() != Nature.WISH;
    }

    private static Map<String, String> words(Map<String, Mode> modes) {
        Map<String, String> words = new TreeMap<>();
        modes.forEach((kind, mode) -> words.put(kind, mode.word()));
        return words;
    }
}
