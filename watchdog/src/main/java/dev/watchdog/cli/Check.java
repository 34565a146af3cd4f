package dev.watchdog.cli;

import dev.watchdog.agent.CheckUp;
import dev.watchdog.events.Severity;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** One look at everything. */
@Command(
        name = "check",
        description = "Looks once at everything that is watched; needs no running agent and changes nothing.",
        footer = {
            "",
            "Exit code: 0 healthy, 1 there are faults, 2 something could not be seen. A warning tells of what will break",
            "and leaves the exit code as it is: nothing is broken yet.",
            "",
            "Example: watchdog check --json | jq '.findings[] | select(.state == \"faulty\")'"
        })
final class Check implements Callable<Integer> {
    private static final String WARNING = "warning";

    private final Global global;

    Check(Global global) {
        this.global = global;
    }

    /** One line of the answer. */
    private record Line(String subject, String kind, String state, String summary) {
        Map<String, String> json() {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("subject", subject);
            fields.put("kind", kind);
            fields.put("state", state);
            fields.put("summary", summary);
            return fields;
        }
    }

    @Override
    public Integer call() {
        if (System.getProperty(dev.watchdog.agent.Logging.LEVEL_PROPERTY) == null) {
            System.setProperty(dev.watchdog.agent.Logging.LEVEL_PROPERTY, "warn");
        }
        CheckUp result = look();
        List<Line> lines = new ArrayList<>();
        result.findings().stream().map(this::line).flatMap(List::stream).forEach(lines::add);
        result.blind().forEach((domain, why) -> lines.add(new Line("domain " + domain, "", "unknown", why)));
        long faulty = count(lines, "faulty");
        long unknown = count(lines, "unknown");
        long warnings = count(lines, WARNING);
        if (global.json()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("healthy", lines.size() - faulty - unknown - warnings);
            answer.put("faulty", faulty);
            answer.put("unknown", unknown);
            answer.put("warnings", warnings);
            answer.put("findings", lines.stream().map(Line::json).toList());
            global.print(answer);
        } else {
            print(lines, faulty, unknown, warnings);
        }
        return faulty > 0 ? Exit.FAULTS : unknown > 0 ? Exit.BLIND : Exit.OK;
    }

    private static long count(List<Line> lines, String state) {
        return lines.stream().filter(each -> each.state().equals(state)).count();
    }

    private CheckUp look() {
        try {
            return CheckUp.make(global.configuration(), global.domains(), SystemClock.open());
        } catch (IOException e) {
            throw new CommandFailure(Exit.CANNOT_START, "the kernel's clock cannot be read: " + e.getMessage());
        }
    }

    /** Something is broken now, not only bound to break. */
    private boolean isFault(String kind) {
        return global.domains().stream()
                .flatMap(domain -> domain.faultKinds().stream())
                .filter(each -> each.name().equals(kind))
                .allMatch(each -> each.severity() == Severity.ERROR);
    }

    private List<Line> line(Finding finding) {
        String subject = finding.subject().toString();
        if (finding instanceof Finding.Faulty faulty) {
            return List.of(new Line(
                    subject,
                    finding.kind(),
                    isFault(finding.kind()) ? "faulty" : WARNING,
                    faulty.evidence().summary()));
        }
        if (finding instanceof Finding.Unknown unknown) {
            return List.of(new Line(subject, finding.kind(), "unknown", unknown.why()));
        }
        return finding instanceof Finding.Healthy
                ? List.of(new Line(subject, finding.kind(), "healthy", ""))
                : List.of();
    }

    private void print(List<Line> lines, long faulty, long unknown, long warnings) {
        if (!lines.isEmpty()) {
            Table table = new Table(List.of("subject", "kind", "state", "summary"));
            lines.forEach(each -> table.row(List.of(each.subject(), each.kind(), each.state(), each.summary())));
            table.print(global.out(), global.width());
        }
        global.out()
                .println(lines.size() - faulty - unknown - warnings + " healthy, " + faulty + " faulty, " + unknown
                        + " could not be seen" + (warnings > 0 ? ", " + warnings + " to be warned of" : ""));
        global.out().flush();
    }
}
