package dev.watchdog.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;

/** A verb as a command: its arguments in the order in which it declares them. */
@Command
final class VerbCommand implements Callable<Integer> {
    private final Global global;
    private final String verb;
    private final List<String> arguments;
    private final CommandLine line;

    @Option(names = "--dry-run", description = "Only tell what would be done.")
    private boolean dryRun;

    @Mixin
    private Reason reason = new Reason();

    @SuppressWarnings("ThisEscapedInObjectConstruction") // picocli reads the annotations, nothing more
    private VerbCommand(Global global, String verb, List<String> arguments, String title, List<String> hints) {
        this.global = global;
        this.verb = verb;
        this.arguments = List.copyOf(arguments);
        this.line = new CommandLine(this);
        CommandSpec spec = line.getCommandSpec();
        spec.usageMessage().description(title);
        for (int i = 0; i < arguments.size(); i++) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index(String.valueOf(i))
                    .paramLabel(arguments.get(i).toUpperCase(Locale.ROOT))
                    .type(String.class)
                    .required(true)
                    .description(hints.get(i))
                    .build());
        }
    }

    /**
     * Makes the command.
     *
     * @param hints what each argument is, for the help
     */
    static CommandLine of(Global global, String verb, List<String> arguments, String title, List<String> hints) {
        return new VerbCommand(global, verb, arguments, title, hints).line;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> given = new LinkedHashMap<>();
        for (PositionalParamSpec each : line.getCommandSpec().positionalParameters()) {
            String value = each.getValue();
            given.put(arguments.get(each.index().min()), value);
        }
        if (dryRun) {
            given.put("dry-run", "true");
        }
        return new Asking(global).ask(verb, given, reason.text(), "");
    }
}
