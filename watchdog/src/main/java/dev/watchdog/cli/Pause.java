package dev.watchdog.cli;

import dev.watchdog.healing.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops acting for a while. */
@Command(
        name = "pause",
        description = "Stops acting, not seeing, for a while; what was seen is mended afterwards.",
        footer = {"", "Examples:", "  watchdog pause", "  watchdog pause --for 2h --reason 'moving disks'"})
final class Pause implements Callable<Integer> {
    private final Global global;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "30m",
            description = "For how long, such as 90s, 30m, PT2H, 1d; at most 7 days. Default: ${DEFAULT-VALUE}")
    private String length = "30m";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who find it.")
    private @Nullable String reason;

    Pause(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Asking(global).ask("pause", Map.of("for", duration().toString()), reason(), "");
    }

    /** Whoever finds it can at least ask somebody. */
    private String reason() {
        String given = reason;
        if (given != null) {
            return given;
        }
        String user = System.getProperty("user.name", "somebody");
        return "no reason was given by " + global.environment().getOrDefault("SUDO_USER", user);
    }

    private Duration duration() {
        try {
            return Durations.parse(length);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "--for " + e.getMessage());
        }
    }
}
