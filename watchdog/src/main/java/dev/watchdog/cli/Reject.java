package dev.watchdog.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Turns waiting actions down. */
@Command(
        name = "reject",
        description = "Turns down actions that wait; nothing is done about their faults until somebody asks.",
        footer = {"", "Example: watchdog reject a5 a6 --reason 'looked at it'"})
final class Reject implements Callable<Integer> {
    private final Global global;

    @Parameters(
            arity = "1..*",
            paramLabel = "ACTION",
            description = "An action's id or its end (a5), or the name or id of what it is to mend.")
    private List<String> actions = List.of();

    @Mixin
    private Reason reason = new Reason();

    Reject(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Several.ask(
                global,
                actions,
                action -> new Asking(global).ask("reject", Map.of("action", action), reason.text(), ""));
    }
}
