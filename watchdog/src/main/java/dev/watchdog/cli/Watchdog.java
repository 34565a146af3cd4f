package dev.watchdog.cli;

import dev.watchdog.agent.Domains;
import dev.watchdog.healing.Domain;
import dev.watchdog.kafka.AnswerLimit;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
        Global global = new Global(Domains.ALL, System.getenv());
        int code = commandLine(global, List.of(arguments)).execute(arguments);
        System.exit(code);
    }

    /**
     * As much of the command line as these arguments need: all of it is a third of the time that {@code version} takes, and
     * an agent that runs would keep it for its life.
     */
    static CommandLine commandLine(Global global, List<String> arguments) {
        Map<String, Supplier<CommandLine>> all = Subcommands.of(global);
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        Supplier<CommandLine> first = all.get(name);
        // help tells of the others
        return first == null || name.equals(Subcommands.HELP) ? with(global, all) : with(global, Map.of(name, first));
    }

    /** The whole command line. */
    static CommandLine commandLine(Global global) {
        return with(global, Subcommands.of(global));
    }

    private static CommandLine with(Global global, Map<String, Supplier<CommandLine>> commands) {
        CommandLine line = new CommandLine(new Watchdog());
        line.getCommandSpec().addMixin("global", CommandLine.Model.CommandSpec.forAnnotatedObject(global));
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        // what is set before the subcommands are there becomes theirs, too
        line.getCommandSpec().usageMessage().footer(Help.FOOTER);
        line.setExecutionStrategy(parsed -> execute(global, line, parsed));
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> new Mistakes(global, line.getErr()).tell(failure));
        line.setParameterExceptionHandler(
                (failure, given) -> new Mistakes(global, line.getErr()).wrong(failure, List.of(given)));
        return line;
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
