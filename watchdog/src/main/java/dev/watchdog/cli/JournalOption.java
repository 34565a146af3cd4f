package dev.watchdog.cli;

import java.nio.file.Path;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Lets a command read a journal where no agent runs. */
final class JournalOption {
    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description = "Ask this journal's directory instead of an agent: where none runs, or of another machine.")
    private @Nullable Path directory;

    /** Asks the agent, or the journal if one was given; returns what the question returns. */
    int with(Global global, ToIntFunction<Api> question) {
        Path given = directory;
        if (given == null) {
            return question.applyAsInt(global::get);
        }
        try (StoppedAgent stopped = StoppedAgent.open(given, global)) {
            return question.applyAsInt(stopped);
        }
    }

    boolean isGiven() {
        return directory != null;
    }
}
