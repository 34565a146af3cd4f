package dev.watchdog.cli;

import dev.watchdog.healing.Domain;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.VerbKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The commands by name, in the order in which the help tells them; each is made when it is wanted. */
final class Subcommands {
    static final String HELP = "help";

    private Subcommands() {}

    /** All of them; a new command is one more line here. */
    static Map<String, Supplier<CommandLine>> of(Global global) {
        Map<String, Supplier<CommandLine>> all = new LinkedHashMap<>();
        add(all, "run", () -> new CommandLine(new Run(global)));
        add(all, "check", () -> new CommandLine(new Check(global)));
        add(all, "status", () -> new CommandLine(new Status(global)));
        add(all, "faults", () -> new CommandLine(new Faults(global)));
        add(all, "explain", () -> new CommandLine(new Explain(global)));
        add(all, "actions", () -> new CommandLine(new Actions(global)));
        add(all, "events", () -> new CommandLine(new Events(global)));
        add(all, "probe", () -> new CommandLine(new Probe(global)));
        add(all, "heal", () -> new CommandLine(new Heal(global)));
        add(all, "approve", () -> new CommandLine(new Approve(global)));
        add(all, "reject", () -> new CommandLine(new Reject(global)));
        add(all, "pause", () -> new CommandLine(new Pause(global)));
        add(all, "resume", () -> new CommandLine(new Resume(global)));
        add(all, "set-mode", () -> new CommandLine(new SetMode(global)));
        add(all, "send", () -> new CommandLine(new Send(global)));
        add(
                all,
                "keys",
                () -> new CommandLine(new Keys())
                        .addSubcommand(new KeysGenerate(global))
                        .addSubcommand(new KeysList(global)));
        add(all, "config", () -> new CommandLine(new Config(global)));
        add(all, "demo", () -> new CommandLine(new Demo(global)));
        add(all, "simulate", () -> new CommandLine(new Simulate()).addSubcommand(new SimulateMemory(global)));
        for (Domain domain : global.domains()) {
            for (SubjectTable table : domain.tables()) {
                add(all, table.command(), () -> subjects(global, table));
            }
        }
        verbs(global, all);
        add(all, "schemas", () -> new CommandLine(new Schemas(global)));
        add(all, "version", () -> new CommandLine(new Version(global)));
        add(all, HELP, () -> new CommandLine(new CommandLine.HelpCommand()));
        return all;
    }

    /** @throws IllegalStateException when two are called the same */
    private static void add(Map<String, Supplier<CommandLine>> all, String name, Supplier<CommandLine> command) {
        if (all.putIfAbsent(name, command) != null) {
            throw new IllegalStateException("two commands are called " + name);
        }
    }

    private static CommandLine subjects(Global global, SubjectTable table) {
        CommandLine command = new CommandLine(new Subjects(global, table));
        command.getCommandSpec().usageMessage().description(table.title() + ".");
        return command;
    }

    /** Those that have no command of their own. */
    private static void verbs(Global global, Map<String, Supplier<CommandLine>> all) {
        add(
                all,
                "cancel",
                () -> VerbCommand.of(
                        global,
                        "cancel",
                        List.of("command"),
                        "Takes back what another command asked for, while that waits.",
                        List.of("The id of that command, as 'watchdog events --kind command' tells it.")));
        add(
                all,
                "report",
                () -> VerbCommand.of(
                        global,
                        "report",
                        List.of(),
                        "Tells how things stand: faults, modes, pause, blind sensors; as other hosts are told.",
                        List.of()));
        for (Domain domain : global.domains()) {
            for (VerbKind verb : domain.verbs()) {
                add(all, verb.name(), () -> verb(global, domain, verb));
            }
        }
    }

    private static CommandLine verb(Global global, Domain domain, VerbKind verb) {
        List<String> hints =
                verb.arguments().stream().map(each -> hint(domain, verb, each)).toList();
        String title = verb.title().substring(0, 1).toUpperCase(Locale.ROOT)
                + verb.title().substring(1) + ".";
        return VerbCommand.of(global, verb.name(), verb.arguments(), title, hints);
    }

    private static String hint(Domain domain, VerbKind verb, String argument) {
        String named = domain.verbs().stream()
                .filter(each -> each.subjectArgument().equals(argument))
                .map(each -> "The " + each.subjectKind() + ": its name, its id or the beginning of its id")
                .findFirst()
                .orElse("As the verb takes it");
        return named + (verb.isOfHost() ? ", or " + VerbKind.ALL + "." : ".");
    }
}
