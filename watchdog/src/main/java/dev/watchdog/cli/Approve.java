package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a waiting action go ahead. */
@Command(
        name = "approve",
        description = "Lets an action that waits for a person go ahead, and waits for its end.",
        footer = {"", "Example: watchdog approve a5 --reason 'looked at it'"})
final class Approve implements Callable<Integer> {
    private final Global global;

    @Parameters(
            paramLabel = "ACTION",
            description = "An action's id or its end (a5), or the name or id of what it is to mend.")
    private String action = "";

    @Mixin
    private Reason reason = new Reason();

    Approve(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("approve", Map.of("action", action), reason.text(), "");
    }
}
