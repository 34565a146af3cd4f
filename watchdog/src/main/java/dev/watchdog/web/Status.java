package dev.watchdog.web;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.HealerState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Pause;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.WatchedSubject;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the agent is and what it watches, from memory. On one event loop. */
final class Status {
    private final Sources sources;
    private final LastRepairs repairs;

    Status(Sources sources, Context context) {
        this.sources = sources;
        this.repairs = new LastRepairs(sources.journal(), context);
    }

    void route(Router router) {
        router.get("/health/live")
                .handler(request -> health(request, sources.health().live()));
        router.get("/health/ready")
                .handler(request -> health(request, sources.health().ready()));
        router.get("/metrics").handler(this::metrics);
        router.get("/api/v1/status").handler(request -> Reply.json(request, 200, report()));
        router.get("/api/v1/tables").handler(request -> Reply.json(request, 200, new TableList(tables())));
        router.get("/api/v1/subjects/:kind").handler(request -> subjects(request, request.pathParam("kind")));
    }

    /** What a probe is told. */
    record HealthReport(String status, List<Health.Check> checks) {}

    record Host(String id, String name, Map<String, String> labels) {}

    record JournalReport(String source, String id, long last, boolean writable) {}

    record BlindSensor(String sensor, Instant since, String why) {}

    /**
     * The agent at a glance.
     *
     * @param modes by fault kind, as they are now
     * @param setModes those of them that a command has set; the others are as configured
     * @param openWarnings how many of the open faults are no more than warnings: nothing is broken yet
     * @param kafka null where no broker is configured
     * @param sources where subjects are looked for, and who answers
     */
    record Report(
            Host host,
            String version,
            long uptimeSeconds,
            boolean deciding,
            SortedMap<String, Mode> modes,
            SortedMap<String, Mode> setModes,
            @Nullable Pause pause,
            List<BlindSensor> blindSensors,
            int openFaults,
            int openWarnings,
            JournalReport journal,
            @Nullable Relay kafka,
            List<Source> sources) {}

    /** @param state {@code connected}, {@code absent}, {@code unseen} or {@code waiting} */
    record Source(String name, String state, int subjects, String detail) {}

    record Table(String domain, String command, String subjectKind, String title, List<String> columns) {}

    record TableList(List<Table> tables) {}

    /** @param repairedAt when an action on it last succeeded; null when none is known */
    record Watched(
            String subject,
            String id,
            String name,
            String state,
            Map<String, String> details,
            @Nullable Instant repairedAt) {}

    /**
     * The subjects of one kind.
     *
     * @param complete false when the rest did not fit one answer
     * @param sources where they are looked for, and who answers
     */
    record SubjectList(String kind, List<RawValue> subjects, boolean complete, List<Source> sources) {}

    private void health(RoutingContext request, List<Health.Check> checks) {
        boolean up = checks.stream().allMatch(Health.Check::ok);
        Reply.json(request, up ? 200 : 503, new HealthReport(up ? "up" : "down", checks));
    }

    private void metrics(RoutingContext request) {
        Reply.build(
                        request,
                        () -> Future.succeededFuture(
                                Buffer.buffer(sources.metrics().get())))
                .onSuccess(text -> Reply.send(request, 200, "text/plain; version=0.0.4; charset=utf-8", text))
                .onFailure(request::fail);
    }

    private Report report() {
        About about = sources.about();
        HealerState state = sources.live().healer();
        List<BlindSensor> blind = new TreeMap<>(state.blind())
                .entrySet().stream()
                        .map(each -> new BlindSensor(
                                each.getKey(),
                                each.getValue().since(),
                                each.getValue().why()))
                        .toList();
        return new Report(
                new Host(about.hostId(), about.hostName(), about.labels()),
                about.version(),
                sources.clock()
                        .now()
                        .sinceBoot()
                        .minus(about.started().sinceBoot())
                        .toSeconds(),
                sources.live().ready(),
                state.modes(sources.policy()),
                new TreeMap<>(state.modes()),
                state.core().pause(),
                blind,
                state.faults().size(),
                (int) state.faults().stream()
                        .filter(fault -> fault.severity() != Severity.ERROR)
                        .count(),
                new JournalReport(
                        sources.journal().source(),
                        sources.journal().id(),
                        sources.journal().last(),
                        sources.journal().writable()),
                sources.kafka().get(),
                sources.runtimes().get().stream()
                        .flatMap(runtime -> runtime.sourceReports().stream())
                        .map(Status::source)
                        .toList());
    }

    private List<Table> tables() {
        return sources.domains().stream()
                .flatMap(domain -> domain.tables().stream().map(table -> table(domain, table)))
                .toList();
    }

    private static Table table(Domain domain, SubjectTable table) {
        return new Table(domain.name(), table.command(), table.subjectKind(), table.title(), table.columns());
    }

    private void subjects(RoutingContext request, String kind) {
        List<String> kinds = sources.domains().stream()
                .flatMap(domain -> Stream.concat(
                        domain.tables().stream().map(SubjectTable::subjectKind),
                        domain.faultKinds().stream().map(FaultKind::subjectKind)))
                .distinct()
                .sorted()
                .toList();
        if (!kinds.contains(kind)) {
            throw new Problem.Refusal(404, "no such subjects are watched; the kinds are " + String.join(", ", kinds));
        }
        Reply.when(request, () -> repairs.now().map(repaired -> subjects(kind, repaired)));
    }

    private SubjectList subjects(String kind, Map<Subject, Instant> repaired) {
        JsonItems subjects = JsonItems.of(sources.runtimes().get().stream()
                .flatMap(runtime -> runtime.inventory().stream())
                .filter(each -> each.subject().kind().equals(kind))
                .sorted(Comparator.comparing(WatchedSubject::subject))
                .map(each -> new Watched(
                        each.subject().toString(),
                        each.subject().id(),
                        each.name(),
                        each.state(),
                        each.details(),
                        repaired.get(each.subject())))
                .toList());
        List<Source> asked = sources.runtimes().get().stream()
                .filter(runtime -> runtime.subjects().containsKey(kind))
                .flatMap(runtime -> runtime.sourceReports().stream())
                .map(Status::source)
                .toList();
        return new SubjectList(kind, subjects.list(), subjects.isComplete(), asked);
    }

    private static Source source(SourceReport report) {
        return new Source(report.name(), report.state().word(), report.subjects(), report.detail());
    }
}
