package dev.watchdog.docker;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client for all calls, replaced after each failure. A replaced one is closed when the last call on it has ended, so
 * that one failure never fails its neighbours. Safe to call from any thread.
 */
final class ClientLease implements AutoCloseable {
    private final Supplier<EngineClient> maker;
    private @Nullable Shared current;

    ClientLease(Supplier<EngineClient> maker) {
        this.maker = maker;
    }

    /** A client with its number of users. */
    static final class Shared {
        private final EngineClient client;
        private int users;
        private boolean retired;

        private Shared(EngineClient client) {
            this.client = client;
        }

        EngineClient client() {
            return client;
        }
    }

    synchronized Shared take() {
        Shared shared = current;
        if (shared == null) {
            shared = new Shared(maker.get());
            current = shared;
        }
        shared.users++;
        return shared;
    }

    synchronized void giveBack(Shared shared) {
        shared.users--;
        closeIfUnused(shared);
    }

    /** After a failure: nobody is given this one again. */
    synchronized void retire(Shared shared) {
        shared.retired = true;
        if (shared == current) {
            current = null;
        }
        closeIfUnused(shared);
    }

    @Override
    public synchronized void close() {
        Shared shared = current;
        if (shared != null) {
            current = null;
            shared.client.close();
        }
    }

    private static void closeIfUnused(Shared shared) {
        if (shared.retired && shared.users == 0) {
            shared.client.close();
        }
    }
}
