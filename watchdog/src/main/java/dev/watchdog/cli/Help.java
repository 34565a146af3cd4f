package dev.watchdog.cli;

/** What the help adds to picocli's own. */
final class Help {
    static final String[] FOOTER = {
        "",
        "Examples:",
        "  watchdog check                                one look at everything, no agent needed",
        "  watchdog run                                  the agent itself, until it is told to stop",
        "  watchdog faults                               what is broken now",
        "  watchdog explain f17                          what happened, who did it, how to keep it from happening",
        "  watchdog heal f17 --dry-run                   what would be done about it",
        "  watchdog pause                                30 minutes in which nothing is mended",
        "  watchdog send report --host ID --key ops.pem  ask another host over Kafka",
        "",
        "Exit codes: 0 all is well or done; 1 there are faults, or it was refused or failed;",
        "  2 blind or not seen (check, status, probe), or the command line is wrong; 3 no agent can be reached;",
        "  4 the agent cannot start; 70 the agent could not go on; 74 the answer could not be written.",
        "",
        "'watchdog help COMMAND' tells more of each.",
    };

    private Help() {}
}
