package dev.watchdog.healing;

/**
 * Who wants an action.
 *
 * @param id {@code policy}, or the id of the command that asked
 * @param verb the command's verb; empty for the policy
 */
public record Origin(String id, String verb) {
    static final Origin POLICY = new Origin("policy", "");

    boolean isCommand() {
        return !verb.isEmpty();
    }
}
