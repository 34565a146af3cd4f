package dev.watchdog.docker;

import dev.watchdog.docker.EngineException.Reason;

/** How long to wait before the next attempt: doubles with each failure. Not safe for several threads. */
final class Backoff {
    private final DockerEngine.Timing timing;
    private long next;

    Backoff(DockerEngine.Timing timing) {
        this.timing = timing;
        reset();
    }

    /** Milliseconds to wait after a failure of this kind. */
    long afterMillis(Reason reason) {
        long most = (reason == Reason.ABSENT ? timing.absentRetry() : timing.lastRetry()).toMillis();
        long wait = Math.min(next, most);
        next = Math.min(next * 2, most);
        return wait;
    }

    /** The engine has proved to be there to stay. */
    void reset() {
        next = timing.firstRetry().toMillis();
    }
}
