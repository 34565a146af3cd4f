package dev.watchdog.linux;

/** Told by {@link MountTableWatch}, on its one thread: be short, never block. */
public interface MountTableListener {
    /**
     * Something was mounted, unmounted or changed in the namespace. Carries no content; several changes may come as one.
     *
     * @param namespace inode of the mount namespace
     * @param at when the thread woke
     */
    void changed(long namespace, Moment at);

    /** The process the namespace was watched through has exited, and nothing of the namespace is held any more. */
    void ended(long namespace, Moment at);
}
