package dev.watchdog.libvirt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what becomes of a connection; one who comes late is told at once whether it is open or lost. */
final class Listeners implements Link.Told {
    /** For a connection that nobody follows. */
    static final Link.Told NOBODY = new Listeners();

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<GuestListener> listeners = new ArrayList<>();
    private boolean open;
    private @Nullable LibvirtException told;

    synchronized void add(GuestListener listener) {
        listeners.add(listener);
        if (open) {
            tell(listener, GuestListener::connected);
        } else if (told != null) {
            LibvirtException why = told;
            tell(listener, each -> each.lost(why));
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
        told = null;
        all(GuestListener::connected);
    }

    @Override
    public synchronized void event(GuestEvent event) {
        all(listener -> listener.event(event));
    }

    @Override
    public synchronized void lost(LibvirtException why) {
        open = false;
        if (told == null) {
            told = why;
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
