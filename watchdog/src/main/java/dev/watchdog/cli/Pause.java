package dev.watchdog.cli;

import dev.watchdog.agent.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops acting for a while. */
@Command(
        name = "pause",
        description = "Stops acting, not seeing, for a while; what was seen is mended afterwards.",
        footer = {"", "Example: watchdog pause --for 30m --reason 'moving disks'"})
final class Pause implements Callable<Integer> {
    private final Global global;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "TIME",
            description = "For how long, such as 90s, 30m, 2h, 1d; at most 7 days.")
    private String length = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for those who find it.")
    private String reason = "";

    Pause(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("pause", Map.of("for", duration().toString()), reason, "");
    }

    private Duration duration() {
        try {
            return Durations.parse(length);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "--for " + e.getMessage());
        }
    }
}
