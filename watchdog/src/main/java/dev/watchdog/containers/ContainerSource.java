package dev.watchdog.containers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An inventory of running containers. Nothing here blocks the caller; the listener is called on the source's own
 * threads, one call at a time: hop to your own.
 */
interface ContainerSource extends AutoCloseable {
    /** For people, and the name of the sensor; unique. */
    String name();

    /** Begins to tell, at once or as soon as there is something to tell of. */
    void follow(Listener listener);

    /** All of them, now. */
    CompletableFuture<List<RunningContainer>> list();

    @Override
    void close();

    /** Who is told. */
    interface Listener {
        /** These run, and no others of this source. */
        void all(String source, List<RunningContainer> containers);

        /** This one runs. */
        void one(RunningContainer container);

        /** This one has ended. */
        void gone(String id);

        /**
         * The source cannot tell.
         *
         * @param absent there is nothing to tell of, as far as anyone can see
         */
        void blind(String source, String why, boolean absent);
    }
}
