package dev.watchdog.libvirt;

/**
 * Told what happens to guests. Calls never overlap and come in order: one connected, events, one lost, and again. They
 * come on libvirt's event thread or the hypervisor's own: hand over to your own thread, never block, never call the
 * hypervisor from here and wait.
 */
public interface GuestListener {
    /** Events come from now on; what happened before may have been missed, so list and compare now. */
    void connected();

    /** Something happened to a guest. */
    void event(GuestEvent event);

    /** The connection has ended, or the first attempt failed, maybe before this watch. Told once; connecting goes on by itself. */
    void lost(LibvirtException why);
}
