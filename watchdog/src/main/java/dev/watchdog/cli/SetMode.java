package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what the agent may do about a kind of fault. */
@Command(
        name = "set-mode",
        description = "Says what may be done about a kind of fault, also after a restart, until it is said anew.",
        footer = {
            "",
            "Examples:",
            "  watchdog set-mode container.rootfs-lost observe --reason 'storage is being moved'",
            "  watchdog set-mode container.rootfs-lost default"
        })
final class SetMode implements Callable<Integer> {
    private final Global global;

    @Parameters(index = "0", paramLabel = "KIND", description = "A kind of fault: 'watchdog status' lists them.")
    private String kind = "";

    @Parameters(
            index = "1",
            paramLabel = "MODE",
            description = "observe, propose or heal; default takes back what was set.")
    private String mode = "";

    @Mixin
    private Reason reason = new Reason();

    SetMode(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("set-mode", Map.of("kind", kind, "mode", mode), reason.text(), "");
    }
}
