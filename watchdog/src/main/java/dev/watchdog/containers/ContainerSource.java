package dev.watchdog.containers;

import dev.watchdog.docker.EngineInfo;
import java.util.List;
import java.util.Optional;
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

    /** Somebody has said that it is there: that it is not must be told. */
    default boolean expected() {
        return false;
    }

    /** What was tried where nobody answers and nothing is wrong, as last seen; empty while somebody does. */
    default Optional<String> nobody() {
        return Optional.empty();
    }

    /** How its engine is set up, as last told; empty when there is none or it has not told yet. */
    default Optional<EngineInfo> engine() {
        return Optional.empty();
    }

    /** Asks the engine how it is set up, and looks where it runs; empty when there is no engine to ask. */
    default CompletableFuture<Optional<EngineSetup>> setup() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Asks about one that lives and is not among those that run, or was not; what it says of it is told to the listener. */
    default void ask(RunningContainer container) {
        // who has no engine to ask knows nothing more
    }

    @Override
    void close();

    /** Who is told. */
    interface Listener {
        /** These run, and no others of this source; nor is anything claimed any more. */
        void all(String source, List<RunningContainer> containers);

        /** This one runs. */
        void one(RunningContainer container);

        /** This one has ended. */
        void gone(String id);

        /**
         * Its engine says that it has ended, and its processes live on: nobody looks after them.
         *
         * @param container as it ran
         */
        default void forsaken(RunningContainer container) {
            gone(container.id());
        }

        /** Its engine has no record of it any more, whatever lives on of it. */
        default void removed(String id) {
            gone(id);
        }

        /**
         * The source cannot tell.
         *
         * @param absent there is nothing to tell of, as far as anyone can see
         */
        void blind(String source, String why, boolean absent);

        /**
         * Somebody who is not proven to be root's tells of these: they are shown to people, in place of what was told of
         * this source before, and nothing else follows from it.
         *
         * @param containers each left alone, and why
         */
        void claimed(String source, List<RunningContainer> containers);
    }
}
