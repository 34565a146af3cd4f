package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Who answers questions: the agent, or the journal that one left. */
@FunctionalInterface
interface Api {
    /**
     * Asks.
     *
     * @param path of the HTTP API, with its query
     * @throws CommandFailure in one line, when there is no answer or it is a refusal
     */
    JsonNode get(String path);
}
