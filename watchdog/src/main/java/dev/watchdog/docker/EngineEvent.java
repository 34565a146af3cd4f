package dev.watchdog.docker;

/**
 * Something happened to a container.
 *
 * @param action the engine's word, without what follows a colon: {@code start}, {@code die}, {@code exec_start}
 * @param id the container's full id
 * @param name the container's name, chosen by whoever made it: untrusted text, for people only; may be empty
 * @param timeNano the engine's wall clock, nanoseconds since 1970
 */
public record EngineEvent(String action, String id, String name, long timeNano) {
    public EngineEvent {
        ContainerRef.requireId(id);
    }
}
