package dev.watchdog.cli;

import dev.watchdog.healing.VerbKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;

/** A verb that a domain declares: asks the agent for it, and waits for its end. */
@Command
final class DomainVerb implements Callable<Integer> {
    private final Global global;
    private final VerbKind verb;
    private final Map<String, PositionalParamSpec> given = new LinkedHashMap<>();

    @Option(names = "--dry-run", description = "Only tell what would be done.")
    private boolean dryRun;

    @Mixin
    private Reason reason = new Reason();

    private DomainVerb(Global global, VerbKind verb) {
        this.global = global;
        this.verb = verb;
    }

    /** With the verb's arguments as its parameters, in their order. */
    static CommandLine of(Global global, VerbKind verb) {
        DomainVerb command = new DomainVerb(global, verb);
        CommandLine line = new CommandLine(command);
        String title = verb.title().substring(0, 1).toUpperCase(Locale.ROOT)
                + verb.title().substring(1);
        line.getCommandSpec().name(verb.name()).usageMessage().description(title + ", and waits for its end.");
        List<String> names = new ArrayList<>(verb.arguments());
        for (int i = 0; i < names.size(); i++) {
            PositionalParamSpec parameter = PositionalParamSpec.builder()
                    .index(Integer.toString(i))
                    .arity("1")
                    .required(true)
                    .paramLabel(names.get(i).toUpperCase(Locale.ROOT))
                    .description("The verb's argument '" + names.get(i) + "'.")
                    .type(String.class)
                    .build();
            line.getCommandSpec().addPositional(parameter);
            command.given.put(names.get(i), parameter);
        }
        return line;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> arguments = new LinkedHashMap<>();
        given.forEach((name, parameter) -> arguments.put(name, parameter.getValue()));
        if (dryRun) {
            arguments.put("dry-run", "true");
        }
        return new Asking(global).ask(verb.name(), arguments, reason.text(), "");
    }
}
