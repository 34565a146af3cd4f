package dev.watchdog.cli;

import dev.watchdog.agent.Domains;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.kafka.AnswerLimit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command line's first word. Runs on the main thread. */
@Command(
        name = "watchdog",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Watchdog.Manifest.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Finds what is broken on this host, mends it without restarting anything, and proves it.")
public final class Watchdog {
    private Watchdog() {}

    /** Starts the command that the arguments name. */
    public static void main(String[] arguments) {
        AnswerLimit.set();
        int code = commandLine(new Global(Domains.ALL, System.getenv())).execute(arguments);
        System.exit(code);
    }

    /** The whole command line; a new command is one more line here. */
    static CommandLine commandLine(Global global) {
        CommandLine line = new CommandLine(new Watchdog());
        line.getCommandSpec().addMixin("global", CommandLine.Model.CommandSpec.forAnnotatedObject(global));
        line.addSubcommand(new Run(global));
        line.addSubcommand(new Check(global));
        line.addSubcommand(new Status(global));
        line.addSubcommand(new Faults(global));
        line.addSubcommand(new Explain(global));
        line.addSubcommand(new Actions(global));
        line.addSubcommand(new Events(global));
        line.addSubcommand(new Probe(global));
        line.addSubcommand(new Heal(global));
        line.addSubcommand(new Approve(global));
        line.addSubcommand(new Reject(global));
        line.addSubcommand(new Pause(global));
        line.addSubcommand(new Resume(global));
        line.addSubcommand(new SetMode(global));
        line.addSubcommand(new Send(global));
        line.addSubcommand(new CommandLine(new Keys())
                .addSubcommand(new KeysGenerate(global))
                .addSubcommand(new KeysList(global)));
        line.addSubcommand(new Config(global));
        line.addSubcommand(new Demo(global));
        line.addSubcommand(new CommandLine(new Simulate()).addSubcommand(new SimulateMemory(global)));
        for (Domain domain : global.domains()) {
            for (SubjectTable table : domain.tables()) {
                CommandLine command = new CommandLine(new Subjects(global, table));
                command.getCommandSpec().usageMessage().description(table.title() + ".");
                line.addSubcommand(table.command(), command);
            }
        }
        verbs(global).forEach(line::addSubcommand);
        line.addSubcommand(new Schemas(global));
        line.addSubcommand(new Version(global));
        line.addSubcommand("help", new CommandLine.HelpCommand());
        // what is set before the subcommands are there becomes theirs, too
        line.getCommandSpec().usageMessage().footer(Help.FOOTER);
        line.setExecutionStrategy(parsed -> execute(global, line, parsed));
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> new Mistakes(global, line.getErr()).tell(failure));
        line.setParameterExceptionHandler(
                (failure, given) -> new Mistakes(global, line.getErr()).wrong(failure, List.of(given)));
        return line;
    }

    /** Those that have no command of their own. */
    private static Map<String, CommandLine> verbs(Global global) {
        Map<String, CommandLine> verbs = new LinkedHashMap<>();
        verbs.put(
                "cancel",
                VerbCommand.of(
                        global,
                        "cancel",
                        List.of("command"),
                        "Takes back what another command asked for, while that waits.",
                        List.of("The id of that command, as 'watchdog events --kind command' tells it.")));
        verbs.put(
                "report",
                VerbCommand.of(
                        global,
                        "report",
                        List.of(),
                        "Tells how things stand: faults, modes, pause, blind sensors; as other hosts are told.",
                        List.of()));
        for (Domain domain : global.domains()) {
            for (VerbKind verb : domain.verbs()) {
                List<String> hints = verb.arguments().stream()
                        .map(each -> hint(domain, verb, each))
                        .toList();
                String title = verb.title().substring(0, 1).toUpperCase(Locale.ROOT)
                        + verb.title().substring(1) + ".";
                verbs.put(verb.name(), VerbCommand.of(global, verb.name(), verb.arguments(), title, hints));
            }
        }
        return verbs;
    }

    private static String hint(Domain domain, VerbKind verb, String argument) {
        String named = domain.verbs().stream()
                .filter(each -> each.subjectArgument().equals(argument))
                .map(each -> "The " + each.subjectKind() + ": its name, its id or the beginning of its id")
                .findFirst()
                .orElse("As the verb takes it");
        return named + (verb.isOfHost() ? ", or " + VerbKind.ALL + "." : ".");
    }

    private static int execute(Global global, CommandLine line, CommandLine.ParseResult parsed) {
        global.writeTo(line.getOut(), line.getErr());
        if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            line.usage(line.getErr());
            return Exit.USAGE;
        }
        int code = new CommandLine.RunLast().execute(parsed);
        // picocli writes through System.out, which keeps its trouble to itself
        if (line.getOut().checkError() || System.out.checkError()) {
            throw new CommandLine.ExecutionException(
                    line,
                    "unwritable",
                    new CommandFailure(Exit.OUTPUT, "the answer could not be written: is the disk full?"));
        }
        return code;
    }

    /** From the jar's manifest. */
    static final class Manifest implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"watchdog " + version()};
        }
    }

    static String version() {
        String version = Watchdog.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** For tests: an environment of their own. */
    static Global global(List<Domain> domains, Map<String, String> environment) {
        return new Global(domains, environment);
    }
}
