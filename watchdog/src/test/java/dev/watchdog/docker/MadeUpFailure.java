package dev.watchdog.docker;

/** Failures for tests of other rooms. */
public final class MadeUpFailure {
    private MadeUpFailure() {}

    /** Of an answer that was too large, or none at all. */
    public static EngineException garbage(String why) {
        return new EngineException(EngineException.Reason.GARBAGE, why);
    }
}
