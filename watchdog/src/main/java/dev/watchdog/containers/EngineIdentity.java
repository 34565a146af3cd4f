package dev.watchdog.containers;

import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.SocketOwner;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UntrustedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether who answers on an engine's address is the host's own engine: a process of root's, by what the kernel tells of
 * it. What anybody else answers is a claim. Looks at all processes: on a resident thread.
 */
final class EngineIdentity {
    private static final String PREFIX = "unix://";
    /** systemd makes sockets for its services; while it alone holds one, the engine's process is not known. */
    private static final int FIRST_PROCESS = 1;

    private final String address;
    private final Finder finder;
    private volatile Proof last = new Proof(ProcessId.NONE, "it was not looked for yet");

    /** Finds who serves a socket; null when nobody does. */
    @FunctionalInterface
    interface Finder {
        @Nullable TrustedProcess find(String socket) throws IOException;
    }

    /**
     * What came of it.
     *
     * @param process the engine's; none when it is not known
     * @param missing why it is not proven to be root's; null when it is
     */
    record Proof(ProcessId process, @Nullable String missing) {
        boolean isProven() {
            return missing == null;
        }
    }

    EngineIdentity(String address) {
        this(address, SocketOwner::of);
    }

    EngineIdentity(String address, Finder finder) {
        this.address = address;
        this.finder = finder;
    }

    /** Looks who it is now. */
    Proof find() throws IOException {
        Proof found = look();
        last = found;
        return found;
    }

    private Proof look() throws IOException {
        if (!address.startsWith(PREFIX)) {
            return new Proof(ProcessId.NONE, "only who listens on a Unix socket can be proven");
        }
        try (TrustedProcess owner = finder.find(address.substring(PREFIX.length()))) {
            if (owner == null) {
                return new Proof(ProcessId.NONE, "nobody listens there");
            }
            return new Proof(owner.pid() == FIRST_PROCESS ? ProcessId.NONE : owner.id(), null);
        } catch (UntrustedException e) {
            return new Proof(ProcessId.NONE, e.getMessage());
        }
    }

    /** As it was found, if that process lives. */
    Proof stillThere() throws IOException {
        Proof known = last;
        return known.isProven() && known.process().lives() ? known : find();
    }

    /** As it was found last. */
    Proof last() {
        return last;
    }
}
