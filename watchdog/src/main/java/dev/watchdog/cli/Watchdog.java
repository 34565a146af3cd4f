package dev.watchdog.cli;

import dev.watchdog.agent.ConfigurationException;
import dev.watchdog.agent.Domains;
import dev.watchdog.agent.StartException;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.kafka.AnswerLimit;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line's first word. Runs on the main thread. */
@Command(
        name = "watchdog",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Watchdog.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Finds what is broken on this host, mends it without restarting anything, and proves it.")
public final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

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
        line.getCommandSpec().usageMessage().footer(Help.FOOTER);
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
        line.setExecutionStrategy(parsed -> {
            global.writeTo(line.getOut(), line.getErr());
            if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
                line.usage(line.getErr());
                return Exit.USAGE;
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> tell(line.getErr(), failure));
        line.setParameterExceptionHandler((failure, given) -> wrong(line.getErr(), failure));
        return line;
    }

    private static int tell(PrintWriter err, Exception failure) {
        if (failure instanceof CommandFailure known) {
            err.println("watchdog: " + known.getMessage());
            return known.exitCode();
        }
        if (failure instanceof ConfigurationException || failure instanceof StartException) {
            err.println("watchdog: " + failure.getMessage());
            return Exit.CANNOT_START;
        }
        err.println("watchdog: this should not happen: " + Plain.of(String.valueOf(failure))
                + "; --log-level debug tells where");
        LOG.debug("this should not happen", failure);
        return Exit.SOFTWARE;
    }

    private static int wrong(PrintWriter err, ParameterException failure) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        String message = failure.getCause() instanceof CommandFailure known ? known.getMessage() : failure.getMessage();
        err.println("watchdog: " + Plain.of(String.valueOf(message)) + "; '" + command + " --help' explains");
        return Exit.USAGE;
    }

    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
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
