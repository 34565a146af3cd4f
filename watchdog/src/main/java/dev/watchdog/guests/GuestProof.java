package dev.watchdog.guests;

import dev.watchdog.linux.ProcessSearch.Claim;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a process is a guest's. libvirt (seen in 9.0) has each QEMU hold the write lock of the pid file with
 * its guest's name, which only root can give it; the UUID on its command line tells that the file is this guest's and not
 * that of a namesake of another libvirt.
 */
enum GuestProof {
    /** It is this process, and no other that claims so. */
    PROVEN,
    /** Its process is there and has not become QEMU yet: nobody is it before it has. */
    STARTING,
    /** Nothing proves who it is: the claims of {@link #countedAmong} are all that there is. */
    NONE;

    /** @param holder of the lock on the pid file with the guest's name; null when there is none */
    static GuestProof of(UUID guest, @Nullable Claim holder) {
        if (holder == null) {
            return NONE;
        }
        if (holder.value().isEmpty()) {
            return STARTING;
        }
        return holder.value().equals(guest.toString()) ? PROVEN : NONE;
    }

    /**
     * Whose claims count for guests that nothing is proven of: root's and those of the users that proven guests of the same
     * hypervisor run as. Where nothing is proven at all, anybody's.
     *
     * @param proven real user ids
     */
    static Predicate<Claim> countedAmong(Set<Integer> proven) {
        Set<Integer> users = new HashSet<>(proven);
        users.add(0);
        return claim -> proven.isEmpty() || users.contains(claim.user());
    }
}
