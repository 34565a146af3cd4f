package dev.watchdog.cli;

import dev.watchdog.agent.CheckUp;
import dev.watchdog.events.Severity;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One look at everything. */
@Command(
        name = "check",
        description = "Looks once at everything that is watched; needs no running agent and changes nothing.",
        footer = {
            "",
            "Exit code: 0 healthy, 1 there are faults, 2 something could not be seen, nothing was there to look at, or a",
            "required source does not answer. A warning tells of what will break and leaves the exit code as it is:",
            "nothing is broken yet. So does what is left alone on purpose.",
            "",
            "Examples:",
            "  watchdog check --require docker,libvirt",
            "  watchdog check --json | jq '.findings[] | select(.state == \"faulty\")'"
        })
final class Check implements Callable<Integer> {
    /** What may be required although its domain takes no part. */
    private static final Set<String> KINDS = Set.of("docker", "containerd", "podman", "libvirt");

    private static final List<String> WORST_FIRST =
            List.of("faulty", CheckLine.WARNING, "unknown", "left-alone", "healthy");

    private final Global global;

    @Option(
            names = "--require",
            paramLabel = "SOURCE,...",
            split = ",",
            description = "These must answer, such as docker,libvirt: else the exit code is 2. For monitoring.")
    private List<String> required = List.of();

    Check(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        global.quiet();
        CheckUp result = look();
        List<String> missing = missing(result.sources());
        List<CheckLine> lines = new ArrayList<>();
        result.findings().stream()
                .map(each -> CheckLine.of(each, result.names(), this::isFault))
                .flatMap(Optional::stream)
                .forEach(lines::add);
        result.blind().forEach((domain, why) -> lines.add(CheckLine.blind(domain, why)));
        lines.sort(Comparator.comparingInt(each -> WORST_FIRST.indexOf(each.state())));
        Map<String, Long> counts =
                lines.stream().collect(Collectors.groupingBy(CheckLine::state, Collectors.counting()));
        boolean nothing = !result.sources().isEmpty()
                && result.sources().stream().noneMatch(SourceReport::isConnected)
                && lines.isEmpty();
        if (global.json()) {
            global.print(json(lines, counts, result.sources(), missing));
        } else {
            print(lines, counts, result.sources(), missing, nothing);
        }
        if (counts.getOrDefault("faulty", 0L) > 0) {
            return Exit.FAULTS;
        }
        return counts.getOrDefault("unknown", 0L) > 0 || nothing || !missing.isEmpty() ? Exit.BLIND : Exit.OK;
    }

    /** The required that do not answer: of several of a kind all must. */
    private List<String> missing(List<SourceReport> sources) {
        Set<String> known = new TreeSet<>(KINDS);
        sources.forEach(each -> known.add(each.kind()));
        for (String kind : required) {
            if (!known.contains(kind)) {
                throw new CommandFailure(
                        Exit.USAGE, "--require knows " + String.join(", ", known) + ", and no '" + kind + "'");
            }
        }
        return required.stream()
                .filter(kind -> sources.stream().noneMatch(each -> each.kind().equals(kind))
                        || sources.stream().anyMatch(each -> each.kind().equals(kind) && !each.isConnected()))
                .toList();
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

    private static Map<String, Object> json(
            List<CheckLine> lines, Map<String, Long> counts, List<SourceReport> sources, List<String> missing) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("healthy", counts.getOrDefault("healthy", 0L));
        answer.put("faulty", counts.getOrDefault("faulty", 0L));
        answer.put("unknown", counts.getOrDefault("unknown", 0L));
        answer.put("warnings", counts.getOrDefault(CheckLine.WARNING, 0L));
        answer.put("leftAlone", counts.getOrDefault("left-alone", 0L));
        answer.put("findings", lines.stream().map(CheckLine::json).toList());
        answer.put("sources", sources.stream().map(Check::json).toList());
        answer.put("missing", missing);
        return answer;
    }

    private static Map<String, Object> json(SourceReport source) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", source.name());
        fields.put("state", source.state().word());
        fields.put("subjects", source.subjects());
        fields.put("detail", source.detail());
        return fields;
    }

    private void print(
            List<CheckLine> lines,
            Map<String, Long> counts,
            List<SourceReport> sources,
            List<String> missing,
            boolean nothing) {
        if (!sources.isEmpty()) {
            Table table =
                    Table.of(Column.key("source"), Column.word("state"), Column.word("seen"), Column.sentence("why"));
            sources.forEach(each -> table.row(List.of(
                    each.name(),
                    each.state().words(),
                    each.isConnected() ? String.valueOf(each.subjects()) : "",
                    each.detail())));
            table.print(global.out(), global.style());
            global.out().println();
        }
        if (!lines.isEmpty()) {
            Table table = Table.of(
                    Column.key("name"),
                    Column.word("kind"),
                    Column.word("state"),
                    Column.sentence("summary"),
                    Column.wide("subject"));
            lines.forEach(each -> table.row(each.cells()));
            table.print(global.out(), global.style());
        }
        long warnings = counts.getOrDefault(CheckLine.WARNING, 0L);
        long leftAlone = counts.getOrDefault("left-alone", 0L);
        global.out()
                .println(counts.getOrDefault("healthy", 0L) + " healthy, " + counts.getOrDefault("faulty", 0L)
                        + " faulty, " + counts.getOrDefault("unknown", 0L) + " could not be seen"
                        + (leftAlone > 0 ? ", " + leftAlone + " left alone on purpose" : "")
                        + (warnings > 0 ? ", " + warnings + " to be warned of" : ""));
        if (nothing) {
            global.out().println("nothing was looked at: no source answers");
        }
        missing.forEach(kind -> global.out().println("required and does not answer: " + kind));
        global.out().flush();
    }
}
