package dev.watchdog.libvirt;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a watch tells, in order; the coming and going of the connection as text. */
final class HeardGuestEvents implements GuestListener {
    private final List<GuestEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> link = new CopyOnWriteArrayList<>();

    @Override
    public void connected() {
        link.add("connected");
    }

    @Override
    public void event(GuestEvent event) {
        events.add(event);
    }

    @Override
    public void lost(LibvirtException why) {
        link.add("lost " + why.reason());
    }

    List<GuestEvent> events() {
        return List.copyOf(events);
    }

    List<String> link() {
        return List.copyOf(link);
    }
}
