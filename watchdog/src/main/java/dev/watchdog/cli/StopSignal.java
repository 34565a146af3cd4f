package dev.watchdog.cli;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * What the agent does with signals: SIGTERM and SIGINT stop it and are remembered, so that the log can say why it
 * stopped; SIGHUP, which a terminal that closes and {@code systemctl reload} send, does not stop it.
 */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

    private final AtomicReference<String> first = new AtomicReference<>("");

    /** Takes the signals over. Where the JVM leaves them to somebody else (-Xrs) nothing changes. */
    static StopSignal listen() {
        StopSignal signal = new StopSignal();
        signal.handle("TERM", signal::stop);
        signal.handle("INT", signal::stop);
        signal.handle("HUP", name -> LOG.info("SIGHUP: goes on; a changed configuration is read at the next start"));
        return signal;
    }

    private interface Reaction {
        void to(String name);
    }

    private void handle(String name, Reaction reaction) {
        try {
            Signal ignored = new Signal(name);
            Signal.handle(ignored, received -> reaction.to(name));
        } catch (IllegalArgumentException e) {
            LOG.debug("SIG{} is not handled: {}", name, e.getMessage());
        }
    }

    /** The shutdown hook does the rest; a handler may not wait for it. */
    private void stop(String name) {
        if (first.compareAndSet("", "SIG" + name)) {
            LOG.info("SIG{}: stops", name);
            Thread stopping = new Thread(() -> System.exit(Exit.OK), "stop-" + name);
            stopping.start();
        }
    }

    /** The signal that stopped it; empty when none did. */
    String name() {
        return first.get();
    }
}
