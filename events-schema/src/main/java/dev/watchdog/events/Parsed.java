package dev.watchdog.events;

/** What {@link CommandReader} made of a record. */
public sealed interface Parsed {
    /**
     * It is a command, well-formed; nothing is said about who sent it.
     *
     * @param signed what {@link CommandVerifier} needs to find that out
     */
    record Good(CommandRequest request, SignedParts signed) implements Parsed {}

    /**
     * It is not a command.
     *
     * @param why one line for people, which repeats nothing of the record but names that are known
     */
    record Bad(String why) implements Parsed {}
}
