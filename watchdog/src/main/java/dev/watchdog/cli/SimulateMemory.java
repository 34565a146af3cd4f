package dev.watchdog.cli;

import dev.watchdog.guests.simulation.BurstGenerator;
import dev.watchdog.guests.simulation.CommandLog;
import dev.watchdog.guests.simulation.Outcome;
import dev.watchdog.guests.simulation.Plot;
import dev.watchdog.guests.simulation.Scenario;
import dev.watchdog.guests.simulation.ScenarioFile;
import dev.watchdog.guests.simulation.Setting;
import dev.watchdog.guests.simulation.Shape;
import dev.watchdog.guests.simulation.Simulation;
import dev.watchdog.guests.simulation.Trace;
import dev.watchdog.guests.simulation.TraceFile;
import dev.watchdog.healing.DataSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How guests' memory would be moved. */
@Command(
        name = "memory",
        description = "Replays a trace of guests' memory through our policy and through those of others.",
        footer = {
            "",
            "A trace is CSV with the header time,guest,demand,cache: seconds, name, MiB",
            "that processes need, MiB of droppable cache they would use. A value holds",
            "until the guest's next line. Of many broken lines the first twenty are told.",
            "A balloon inflates at 0.95 and deflates at 2.3 GiB/s and takes free pages",
            "first, then droppable cache. Every guest starts with an equal part of the",
            "host ('none': with the maximum). deficit is the integral of what was needed",
            "above what the guest had, overcommit that of what guests hold above the host.",
            "--host is what the host has for guests, its own use left out.",
            "",
            "A scenario is text, one thing a line:",
            "  guest NAME limit=NAME period=10 reboot=300 weight=0.1 floor=1GiB",
            "             numbers=lies|none consent=unasked|out hugepages",
            "  limit NAME SIZE [from SECONDS]    a control group; a full one kills a guest",
            "  pressure FROM TO                  others wait for memory, the host has it",
            "",
            "Examples:",
            "  watchdog simulate memory --generate load.csv --seed 7",
            "  watchdog simulate memory --trace load.csv --host 24GiB --plot load.svg",
            "  watchdog simulate memory --trace load.csv --policy mom --tick 5s --json"
        })
final class SimulateMemory implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    private final Global global;

    @Option(names = "--trace", paramLabel = "FILE", description = "The trace to replay.")
    private @Nullable Path trace;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "Only this one: watchdog, none, static, mom, proxmox, clairvoyant.")
    private @Nullable String policy;

    @Option(names = "--host", paramLabel = "SIZE", defaultValue = "24GiB", description = "Default: ${DEFAULT-VALUE}")
    private String host = "24GiB";

    @Option(
            names = "--max",
            paramLabel = "SIZE",
            defaultValue = "16GiB",
            description = "Of a guest. Default: ${DEFAULT-VALUE}")
    private String maximum = "16GiB";

    @Option(
            names = "--tick",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "Between two looks. Default: ${DEFAULT-VALUE}")
    private String tick = "1s";

    @Option(
            names = "--lag",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "How old guests' reports are. Default: ${DEFAULT-VALUE}")
    private String lag = "0s";

    @Option(
            names = "--scenario",
            paramLabel = "FILE",
            description = "How the guests are built and behave, and what their limits are.")
    private @Nullable Path scenario;

    @Option(names = "--command-log", paramLabel = "FILE", description = "Write every target as CSV.")
    private @Nullable Path commandLog;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw the first policy's replay as SVG.")
    private @Nullable Path plot;

    @Option(
            names = "--generate",
            paramLabel = "FILE",
            description = "Write a made-up trace with bursts like large builds: three guests, two hours.")
    private @Nullable Path generate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the made-up trace. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            defaultValue = "compile",
            description =
                    "Of the made-up runs: compile, render, jvm, sawtooth, sudden, climb or mixed. Default: ${DEFAULT-VALUE}")
    private String shape = "compile";

    @Option(names = "--together", description = "The made-up guests work at once, not one after the other.")
    private boolean together;

    SimulateMemory(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        Setting setting = new Setting(
                size("--host", host),
                size("--max", maximum),
                seconds("--tick", tick, 0.1),
                seconds("--lag", lag, 0),
                scenario());
        Path made = generate;
        Path given = trace;
        if (made == null && given == null) {
            throw new CommandFailure(Exit.USAGE, "--trace FILE is needed, or --generate FILE to make one");
        }
        if (made != null) {
            Trace bursts = BurstGenerator.generate(seed, 3, 7_200, setting.maximum(), !together, shape(shape));
            save(made, out -> TraceFile.write(bursts, out));
        }
        if (given != null) {
            replay(read(given), setting);
        }
        return Exit.OK;
    }

    private void replay(Trace loads, Setting setting) {
        List<Outcome> outcomes = new ArrayList<>();
        for (String each : policy == null ? Simulation.POLICIES : List.of(policy)) {
            try {
                outcomes.add(Simulation.run(loads, each, setting));
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(Exit.USAGE, Plain.of(String.valueOf(e.getMessage())));
            }
        }
        Path log = commandLog;
        if (log != null) {
            save(log, out -> CommandLog.write(outcomes, out));
        }
        Path drawing = plot;
        if (drawing != null) {
            save(drawing, out -> Plot.write(loads, outcomes.get(0), setting.maximum(), out));
        }
        if (global.json()) {
            global.print(Map.of("policies", outcomes.stream().map(this::json).toList()));
            return;
        }
        List<Column> columns = new ArrayList<>(List.of(
                Column.key("policy"),
                Column.word("deficit GiB.s"),
                Column.word("overcommit GiB.s"),
                Column.word("swapped MiB"),
                Column.word("commands"),
                Column.word("below floor")));
        if (scenario != null) {
            columns.add(Column.word("killed"));
        }
        Table table = Table.of(columns.toArray(Column[]::new));
        outcomes.forEach(each -> table.row(cells(each).subList(0, columns.size())));
        table.print(global.out(), global.style());
    }

    private static List<String> cells(Outcome outcome) {
        return List.of(
                outcome.policy(),
                number(outcome.guestDeficitGiBs()),
                number(outcome.hostOvercommitGiBs()),
                number(outcome.swappedOutMiB()),
                String.valueOf(outcome.commands()),
                String.valueOf(outcome.floorViolations()),
                String.valueOf(outcome.killed()));
    }

    private Map<String, Object> json(Outcome outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("policy", outcome.policy());
        fields.put("guestDeficitGiBs", outcome.guestDeficitGiBs());
        fields.put("hostOvercommitGiBs", outcome.hostOvercommitGiBs());
        fields.put("swappedOutMiB", outcome.swappedOutMiB());
        fields.put("commands", outcome.commands());
        fields.put("floorViolations", outcome.floorViolations());
        if (scenario != null) {
            fields.put("killed", outcome.killed());
        }
        return fields;
    }

    private Scenario scenario() {
        Path file = scenario;
        if (file == null) {
            return Scenario.PLAIN;
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return ScenarioFile.read(lines);
        } catch (IOException e) {
            throw new CommandFailure(
                    Exit.USAGE, Plain.of("the scenario " + file + " cannot be read: " + e.getMessage()));
        }
    }

    private Trace read(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return TraceFile.read(lines, told -> {
                global.err().println("watchdog: " + Plain.of(file + ": " + told));
                global.err().flush();
            });
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, Plain.of("the trace " + file + " cannot be read: " + e.getMessage()));
        }
    }

    private static void save(Path file, Saving saving) {
        try (Writer out = Files.newBufferedWriter(file)) {
            saving.to(out);
        } catch (IOException e) {
            throw new CommandFailure(Exit.CANNOT_START, Plain.of(file + " cannot be written: " + e));
        }
    }

    @FunctionalInterface
    private interface Saving {
        void to(Writer out) throws IOException;
    }

    private static Shape shape(String name) {
        for (Shape each : Shape.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                return each;
            }
        }
        throw new CommandFailure(
                Exit.USAGE,
                "no shape is called " + Plain.of(name)
                        + ": there are compile, render, jvm, sawtooth, sudden, climb and mixed");
    }

    private static double size(String option, String text) {
        try {
            double mib = DataSize.parse(text).bytes() / MIB;
            if (mib >= 1) {
                return mib;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, option + " " + e.getMessage());
        }
        throw new CommandFailure(Exit.USAGE, option + " must be 1MiB or more");
    }

    private static double seconds(String option, String text, double least) {
        if (text.matches("[0-9]{1,4}(\\.[0-9])?s") && Double.parseDouble(text.replace("s", "")) >= least) {
            return Double.parseDouble(text.replace("s", ""));
        }
        throw new CommandFailure(Exit.USAGE, option + " must be seconds such as 1s, and no less than " + least + "s");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
