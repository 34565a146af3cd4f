package dev.watchdog.cli;

import picocli.CommandLine.Option;

/** Why a person asks for something, for those who read the log afterwards. */
final class Reason {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for those who read the log.")
    private String text = "";

    String text() {
        return text;
    }
}
