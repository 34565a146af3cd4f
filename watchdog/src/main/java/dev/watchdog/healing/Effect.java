package dev.watchdog.healing;

/** What is to happen once the step that asked for it is durable. */
public sealed interface Effect {
    /** Carry this out. */
    record Perform(Action action) implements Effect {}

    /** Look at this again, and report. */
    record Look(FaultKey key) implements Effect {}

    /** Judge and tidy what this action, found unfinished, may have left; then look. */
    record Recover(Action action) implements Effect {}

    /** Ask the command's domain what it would do, and report. */
    record Plan(Command command) implements Effect {}

    /** Tell the sender of a command. */
    record Reply(Answer answer) implements Effect {}
}
