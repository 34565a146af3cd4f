package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Ends a pause. */
@Command(
        name = "resume",
        description = "Ends a pause; what was seen meanwhile is mended now.",
        footer = {"", "Example: watchdog resume"})
final class Resume implements Callable<Integer> {
    private final Global global;

    Resume(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("resume", Map.of(), "", "");
    }
}
