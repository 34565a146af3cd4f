package dev.watchdog.healing;

/** What a domain says to a command of one of its verbs; it has looked at the subject just now. */
public sealed interface Planned {
    /**
     * It can be done.
     *
     * @param finding of the verb's wish kind, with a proposal
     */
    record Proposed(Finding.Faulty finding) implements Planned {}

    /** It is so already. */
    record Needless(String why) implements Planned {}

    /** It is not to be done. */
    record Refused(String why) implements Planned {}
}
