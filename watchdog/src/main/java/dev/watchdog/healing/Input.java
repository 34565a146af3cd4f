package dev.watchdog.healing;

import org.jspecify.annotations.Nullable;

/** What the healer is told. */
public sealed interface Input {
    /** A look at a subject. */
    record Seen(Finding finding) implements Input {}

    /** An action ended. */
    record Finished(String action, Outcome outcome) implements Input {}

    /** Somebody asks for something. */
    record Asked(Command command) implements Input {}

    /**
     * Something was asked for that its door has refused already.
     *
     * @param remembered false when the ledger has no room for it
     */
    record Judged(Command command, Asking.Verdict verdict, boolean remembered) implements Input {}

    /** What a domain says to a command of one of its verbs. */
    record Plan(String command, Planned planned) implements Input {}

    /**
     * What a sensor says of itself.
     *
     * @param blind why it cannot see; null when it can
     */
    record Sight(String sensor, @Nullable String blind) implements Input {}

    /** The agent has started: what was running was interrupted. */
    record Started() implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}
}
