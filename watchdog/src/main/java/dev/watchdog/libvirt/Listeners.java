package dev.watchdog.libvirt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what becomes of a connection; one who comes late is told at once that it is open. */
final class Listeners implements Link.Told {
    /** For a connection that nobody follows. */
    static final Link.Told NOBODY = new Listeners();

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<GuestListener> listeners = new ArrayList<>();
    private boolean open;
    private boolean toldLost;

    synchronized void add(GuestListener listener) {
        listeners.add(listener);
        if (open) {
            tell(listener, GuestListener::connected);
        }
    }

    synchronized void remove(GuestListener listener) {
        listeners.remove(listener);
    }

    synchronized void clear() {
        listeners.clear();
    }

    @Override
    public synchronized void opened() {
        open = true;
        toldLost = false;
        all(GuestListener::connected);
    }

    @Override
    public synchronized void event(GuestEvent event) {
        all(listener -> listener.event(event));
    }

    @Override
    public synchronized void lost(LibvirtException why) {
        open = false;
        if (!toldLost) {
            toldLost = true;
            all(listener -> listener.lost(why));
        }
    }

    private void all(Consumer<GuestListener> what) {
        List.copyOf(listeners).forEach(listener -> tell(listener, what));
    }

    private static void tell(GuestListener listener, Consumer<GuestListener> what) {
        try {
            what.accept(listener);
        } catch (RuntimeException e) {
            LOG.error("a listener of libvirt events failed; it must not throw", e);
        }
    }
}
