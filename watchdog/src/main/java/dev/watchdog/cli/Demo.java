package dev.watchdog.cli;

import dev.watchdog.linux.PretendContainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole way from a lost mount to the proof, on this machine, in seconds, without Docker. */
@Command(
        name = "demo",
        description = "Breaks and heals a container's root in private namespaces, and shows how long it took.",
        footer = {
            "",
            "Makes a pretend container in mount namespaces of its own, runs a whole agent beside it with",
            "a journal in a temporary directory, takes the container's root mount away, and shows what the",
            "agent saw, decided, did and proved. Needs root and nothing else; nothing outside is touched",
            "and nothing is left.",
            "",
            "Example: sudo watchdog demo"
        })
final class Demo implements Callable<Integer> {
    /** The fifth loss within ten minutes waits for a person: the gates are those that ship. */
    private static final int MOST_ROUNDS = 4;

    private final Global global;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "How often it is broken, 1 to 4; the first is the agent's first ever. Default: ${DEFAULT-VALUE}")
    private int rounds;

    Demo(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new CommandFailure(Exit.USAGE, "--rounds must be 1 to " + MOST_ROUNDS);
        }
        quiet();
        List<Map<String, Object>> told = new ArrayList<>();
        try (PretendContainer container = make()) {
            container.write("data", "written before");
            say("a container's root is mounted on " + container.rootfs());
            say("its first process is " + container.init() + ", in a mount namespace of its own");
            try (DemoAgent agent = DemoAgent.start(container)) {
                for (int i = 0; i < rounds; i++) {
                    DemoAgent.Round round = agent.breakAndWatch(i % 2 == 0);
                    told.add(json(round));
                    show(i + 1, round);
                }
            }
            String data = container.read("data");
            say("");
            say("what was written before is still there: " + (data.equals("written before") ? "yes" : "NO"));
        }
        if (global.json()) {
            global.print(Map.of("rounds", told));
        }
        return Exit.OK;
    }

    private static void quiet() {
        if (System.getProperty(dev.watchdog.agent.Logging.LEVEL_PROPERTY) == null) {
            System.setProperty(dev.watchdog.agent.Logging.LEVEL_PROPERTY, "warn");
            dev.watchdog.agent.Logging.withoutEvents();
        }
    }

    private static PretendContainer make() throws IOException {
        try {
            return PretendContainer.make(PretendContainer.Second.NONE);
        } catch (IOException e) {
            throw new CommandFailure(
                    Exit.CANNOT_START,
                    "the demo makes mount namespaces and needs root: run it with sudo (" + e.getMessage() + ")");
        }
    }

    private static Map<String, Object> json(DemoAgent.Round round) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("directoryRemoved", round.directoryRemoved());
        fields.put("evidence", round.evidence());
        Map<String, Double> ends = new LinkedHashMap<>();
        round.stages().forEach(stage -> ends.put(stage.name(), stage.endMillis()));
        fields.put("endMillis", ends);
        return fields;
    }

    private void show(int number, DemoAgent.Round round) {
        say("");
        say("round " + number + ": umount" + (round.directoryRemoved() ? " and rmdir" : "") + " of the rootfs path");
        for (DemoAgent.Stage stage : round.stages()) {
            say(String.format(Locale.ROOT, "%9.3f ms  %-8s %s", stage.endMillis(), stage.name(), stage.what()));
        }
    }

    private void say(String line) {
        if (!global.json()) {
            global.out().println(line);
            global.out().flush();
        }
    }
}
