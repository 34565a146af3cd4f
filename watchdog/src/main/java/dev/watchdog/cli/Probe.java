package dev.watchdog.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks at something again. */
@Command(
        name = "probe",
        description = "Looks at a subject or a fault again, now, and tells what was found.",
        footer = {
            "",
            "Exit code: 0 it is well or left alone on purpose, 1 it is broken, 2 it was not seen or is not known.",
            "",
            "Examples:",
            "  watchdog probe f17",
            "  watchdog probe web-1 web-2",
            "  watchdog probe container/4f0c17d2a9be"
        })
final class Probe implements Callable<Integer> {
    private final Global global;

    @Parameters(
            arity = "1..*",
            paramLabel = "WHAT",
            description = "A fault's id or its end (f17); or a container, a guest or another subject: its name, its id,"
                    + " the beginning of its id, or one of these behind its kind (container/web-1).")
    private List<String> what = List.of();

    Probe(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Several.ask(
                global, what, each -> new Asking(global).look(Map.of(FaultId.is(each) ? "fault" : "subject", each)));
    }
}
