package dev.watchdog.linux;

/** Told by {@link MountEvents}, on its one thread: be short, never block. */
public interface MountEventsListener {
    /**
     * A mount that was expected ({@link MountEvents#expect}) has been detached, or moved to another place.
     *
     * @param namespace inode of the mount namespace
     * @param mountId as {@link UniqueMountId} tells it
     * @param at when it was heard of
     */
    void detached(long namespace, long mountId, Moment at);

    /** Other mounts came or went there; many may come as one. */
    void changed(long namespace, Moment at);

    /** The kernel dropped events of the namespace: what was expected may have been detached untold. */
    void missed(long namespace, Moment at);

    /** Nothing will be told of the namespace any more, though it is not gone. */
    void deaf(long namespace, Moment at);
}
