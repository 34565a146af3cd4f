package dev.watchdog.cli;

import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /**
     * By reflection: javac warns of sun.misc.Signal whatever it is told, and there is no other way for Java to hear of a
     * signal.
     */
    private void handle(String name, Consumer<String> reaction) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                reaction.accept(name);
                                yield name;
                            }
                            case "hashCode" -> System.identityHashCode(self);
                            case "equals" -> self == arguments[0];
                            default -> name;
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            LOG.debug("SIG{} is not handled: {}", name, String.valueOf(e.getCause() == null ? e : e.getCause()));
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
        return Objects.requireNonNull(first.get());
    }
}
