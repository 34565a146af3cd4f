package dev.watchdog.libvirt;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The guests of one libvirt daemon. Watching uses a read-only connection, kept open for ever from the first use; a
 * read-write one is opened by the first call that changes something. Safe to call from any thread; nothing here blocks
 * the caller. Every future ends within its deadline, is failed with {@link LibvirtException} only, and completes on the
 * hypervisor's own threads: hop to your own before you do anything slow.
 */
public interface Hypervisor extends AutoCloseable {
    /** Where it is, as configured: {@code qemu:///system}. */
    String uri();

    /** What the daemon says of itself. */
    CompletableFuture<HypervisorInfo> info();

    /** Every active guest, at most 2,000, in one call that skips what a busy guest cannot tell at once (NOWAIT, libvirt 4.5). */
    CompletableFuture<List<GuestStats>> stats();

    /** A guest's live XML; fails with {@link LibvirtException.Reason#REFUSED} for one of more than 1 MiB. */
    CompletableFuture<String> xml(UUID guest);

    /**
     * Whether libvirt works on a guest for somebody at the moment: a migration, a dump, a save, a snapshot. Until that is
     * over it lets nobody set the guest's memory, and who asks waits half a minute for nothing. Asked where changes are
     * made: a guest about which libvirt says nothing in time holds up no watching.
     */
    CompletableFuture<Boolean> busy(UUID guest);

    /**
     * Sets the target of a guest's balloon: the answer comes when QEMU has it, not when the guest has reached it. After
     * {@link LibvirtException.Reason#TIMEOUT} it may still be done. libvirt has no lower bound: the caller must.
     *
     * @param kib from 1 to what the guest can have
     */
    CompletableFuture<Void> setMemory(UUID guest, long kib);

    /**
     * Asks the guest's balloon driver for a report every so many seconds, until it is powered off.
     *
     * @param seconds 0 ends the reports
     */
    CompletableFuture<Void> setStatsPeriod(UUID guest, int seconds);

    /**
     * Follows what happens to guests, from now on or as soon as the daemon appears, over any number of losses.
     *
     * @return ends it: at most the event being told meanwhile is told after this has returned
     */
    Runnable watch(GuestListener listener);

    /** Ends every watch and call; calls still open fail with {@link LibvirtException.Reason#CLOSED}. */
    @Override
    void close();
}
