package dev.watchdog.docker;

/**
 * Told what an engine's event stream brings. Calls never overlap and come in order: one connected, events, one lost, and
 * again. They come on the stream's own thread or the engine's timer: hand over to your own thread, never block, never
 * call the engine from here and wait.
 */
public interface EngineListener {
    /**
     * The stream is open; what happened before may have been missed, so list and compare now.
     *
     * @param resumed whether a stream was open before, so that the engine was asked for what happened since
     */
    void connected(boolean resumed);

    /** Something happened to a container. Never told twice for one connection or its resumption. */
    void event(EngineEvent event);

    /** The stream has ended, or the first attempt failed. Told once; connecting goes on by itself. */
    void lost(EngineException why);
}
