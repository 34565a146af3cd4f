package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks at something again. */
@Command(
        name = "probe",
        description = "Looks at a subject or a fault again, now, and tells what was found.",
        footer = {"", "Examples:", "  watchdog probe f17", "  watchdog probe container/4f0c17d2a9be..."})
final class Probe implements Callable<Integer> {
    private final Global global;

    @Parameters(paramLabel = "WHAT", description = "A subject, such as container/<id>, or a fault's id or its end.")
    private String what = "";

    Probe(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        String argument = what.contains("/") || what.equals("host") ? "subject" : "fault";
        return new Asking(global).ask("probe", Map.of(argument, what), "", "");
    }
}
