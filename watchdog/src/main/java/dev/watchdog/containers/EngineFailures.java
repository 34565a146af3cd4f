package dev.watchdog.containers;

import dev.watchdog.docker.EngineException;
import java.util.concurrent.CompletionException;

/** What the failure of a call to an engine says. */
final class EngineFailures {
    private EngineFailures() {}

    /** Without what futures wrap it in. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** There is no engine, as far as anyone can see. */
    static boolean isAbsence(Throwable failure) {
        return failure instanceof EngineException engineFailure
                && engineFailure.reason() == EngineException.Reason.ABSENT;
    }

    /** The engine has no such container. */
    static boolean isGone(Throwable failure) {
        return cause(failure) instanceof EngineException engineFailure && engineFailure.gone();
    }

    /** The engine tells of this one what is not understood or too large, which says nothing of the others. */
    static boolean isOfOneAlone(Throwable failure) {
        return cause(failure) instanceof EngineException engineFailure
                && engineFailure.reason() == EngineException.Reason.GARBAGE;
    }
}
