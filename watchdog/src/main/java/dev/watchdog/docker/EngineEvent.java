package dev.watchdog.docker;

/**
 * Something happened to a container.
 *
 * @param action the engine's word, without what follows a colon: {@code start}, {@code die}
 * @param id the container's full id
 * @param name the container's name, chosen by whoever made it: untrusted text, for people only; may be empty
 * @param timeNano the engine's wall clock, nanoseconds since 1970
 */
public record EngineEvent(String action, String id, String name, long timeNano) {
    /**
     * What the engine is asked to tell: what changes which containers run, or how they are called. Not its three events
     * for each exec: 200 health checks every 10 s would be 60 a second to read and throw away.
     */
    static final String[] TOLD = {"start", "restart", "rename", "die", "destroy"};

    public EngineEvent {
        ContainerRef.requireId(id);
    }
}
