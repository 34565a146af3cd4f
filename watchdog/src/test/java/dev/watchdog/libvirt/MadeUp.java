package dev.watchdog.libvirt;

import java.util.Map;
import java.util.UUID;

/** What libvirt could have said. */
public final class MadeUp {
    private MadeUp() {}

    /**
     * One guest's statistics.
     *
     * @param balloon by the names of virConnectGetAllDomainStats, in KiB
     */
    public static GuestStats stats(UUID guest, String name, GuestStats.State state, Map<String, Long> balloon) {
        return new GuestStats(guest, name, state, BalloonStats.of(balloon));
    }

    public static LibvirtException failure(LibvirtException.Reason reason, String message) {
        return new LibvirtException(reason, message);
    }
}
