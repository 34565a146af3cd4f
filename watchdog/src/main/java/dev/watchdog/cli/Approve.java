package dev.watchdog.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets waiting actions go ahead. */
@Command(
        name = "approve",
        description =
                "Lets actions that wait for a person go ahead, one after the other, and waits for the end of each.",
        footer = {"", "Example: watchdog approve a5 a6 --reason 'looked at it'"})
final class Approve implements Callable<Integer> {
    private final Global global;

    @Parameters(
            arity = "1..*",
            paramLabel = "ACTION",
            description = "An action's id or its end (a5), or the name or id of what it is to mend.")
    private List<String> actions = List.of();

    @Mixin
    private Reason reason = new Reason();

    Approve(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Several.ask(
                global,
                actions,
                action -> new Asking(global).ask("approve", Map.of("action", action), reason.text(), ""));
    }
}
