package dev.watchdog.kafka;

import io.vertx.core.Future;

/** The way out as those see it who have something to tell. On the publisher's context. */
interface Outlet {
    /** True while records can be given to it. */
    boolean open();

    /**
     * Sends a record after those before it.
     *
     * @return completes once the brokers have it, fails with {@link RecordSink.RefusedException} if they never will take
     *     it; does neither when the way is lost before that, which everybody is told otherwise
     */
    Future<Void> send(OutRecord record);

    /** Begins again with what is not acknowledged yet. */
    void restart(String why);
}
