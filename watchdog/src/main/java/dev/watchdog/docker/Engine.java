package dev.watchdog.docker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One Docker engine, looked at and never changed. Safe to call from any thread; nothing here blocks the caller. Every
 * future ends within the engine's deadline, is failed with {@link EngineException} only, and completes on the engine's
 * own threads: hop to your own before you do anything slow.
 */
public interface Engine extends AutoCloseable {
    /** Where it listens, as configured: {@code unix:///var/run/docker.sock}. */
    String address();

    /** What the engine says of itself. */
    CompletableFuture<EngineInfo> info();

    /** The containers that run now, paused ones among them. */
    CompletableFuture<List<ContainerRef>> running();

    /**
     * One container; fails with {@link EngineException#gone} when there is none of this id.
     *
     * @param id the full id, 64 hex digits
     * @throws IllegalArgumentException for anything else, so that no name is ever taken for an id
     */
    CompletableFuture<ContainerRecord> inspect(String id);

    /**
     * Follows what happens to containers, from now on or as soon as the engine appears, over any number of losses.
     *
     * @return ends it: nothing is told after this has returned
     */
    Runnable watch(EngineListener listener);

    /** Ends every watch and call; calls still open fail with {@link EngineException.Reason#CLOSED}. */
    @Override
    void close();
}
