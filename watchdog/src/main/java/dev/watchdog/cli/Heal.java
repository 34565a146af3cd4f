package dev.watchdog.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mends faults now. */
@Command(
        name = "heal",
        description = "Mends faults now, whatever their mode; a pause and the look before acting still hold.",
        footer = {"", "Examples:", "  watchdog heal f17 --dry-run", "  watchdog heal f17 f18 --reason 'customer waits'"
        })
final class Heal implements Callable<Integer> {
    private final Global global;

    @Parameters(
            arity = "1..*",
            paramLabel = "FAULT",
            description = "A fault's id or its end (f17), or the name or id of what it befell.")
    private List<String> faults = List.of();

    @Option(names = "--dry-run", description = "Only tell what would be done.")
    private boolean dryRun;

    @Mixin
    private Reason reason = new Reason();

    Heal(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Several.ask(global, faults, this::heal);
    }

    private int heal(String fault) throws InterruptedException {
        Map<String, String> arguments = dryRun ? Map.of("fault", fault, "dry-run", "true") : Map.of("fault", fault);
        return new Asking(global).ask("heal", arguments, reason.text(), told(fault));
    }

    /** The fault whose progress is told; empty when the agent alone can tell which is meant. */
    private String told(String fault) {
        if (FaultId.is(fault)) {
            return fault;
        }
        try {
            return new FaultChoice(global.get("/api/v1/faults")).of(fault);
        } catch (CommandFailure e) {
            return "";
        }
    }
}
