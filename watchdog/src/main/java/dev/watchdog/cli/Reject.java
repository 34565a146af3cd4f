package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Turns a waiting action down. */
@Command(
        name = "reject",
        description = "Turns down an action that waits; nothing is done about its fault until somebody asks.",
        footer = {"", "Example: watchdog reject a5 --reason 'looked at it'"})
final class Reject implements Callable<Integer> {
    private final Global global;

    @Parameters(
            paramLabel = "ACTION",
            description = "An action's id or its end (a5), or the name or id of what it is to mend.")
    private String action = "";

    @Mixin
    private Reason reason = new Reason();

    Reject(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("reject", Map.of("action", action), reason.text(), "");
    }
}
