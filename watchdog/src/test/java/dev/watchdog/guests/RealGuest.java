package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.TestGuest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A booted guest as a test drives it and as it says itself how it fares. Sizes in MiB. */
final class RealGuest implements AutoCloseable {
    private static final long KIB = 1024;

    final String name;
    final UUID id;
    final long maximum;
    private final Libvirtd daemon;
    private final TestGuest guest;
    private int files;

    RealGuest(Libvirtd daemon, TestGuest.Shape shape, TestGuest guest) {
        this.daemon = daemon;
        this.name = shape.name();
        this.id = guest.uuid();
        this.maximum = shape.memoryMib();
        this.guest = guest;
        guest.run("mount -o remount,size=100% /tmp").orFail();
    }

    /** What the balloon leaves it, by libvirt. */
    long has() {
        return daemon.virsh("--readonly", "dommemstat", id.toString())
                .orFail()
                .text()
                .lines()
                .filter(line -> line.startsWith("actual "))
                .mapToLong(line ->
                        Long.parseLong(line.substring("actual ".length()).strip()) / KIB)
                .findFirst()
                .orElseThrow();
    }

    /** The same as an agent sees it: libvirt learns of a change by an event, of which QEMU sends one a second at most. */
    private long told() {
        return daemon.virsh("--readonly", "domstats", "--balloon", id.toString())
                .orFail()
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("balloon.current="))
                .mapToLong(line -> Long.parseLong(line.substring("balloon.current=".length())) / KIB)
                .findFirst()
                .orElseThrow();
    }

    /** Somebody resizes it by hand; waits until it has that size and everybody may know it. */
    RealGuest setmem(long mib) {
        daemon.virsh("setmem", id.toString(), mib + "M", "--live").orFail();
        Awaitility.await(name + " has " + mib + " MiB")
                .atMost(RealHost.LONG)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> has() == mib && told() == mib);
        return this;
    }

    /** MemAvailable, by its own kernel. */
    long available() {
        return guest.meminfoKib("MemAvailable") / KIB;
    }

    /** Fills its page cache with a disk's pages: memory that its kernel drops when it needs it. */
    RealGuest fillCache() {
        guest.run("cat /dev/vda > /dev/null").orFail();
        return this;
    }

    /** Takes memory that only swapping or deleting frees: files in memory, which count as page cache. */
    RealGuest need(long mib) {
        guest.run("dd if=/dev/zero of=/tmp/need" + files++ + " bs=1M count=" + mib + " 2>/dev/null")
                .orFail();
        return this;
    }

    /** Needs so much more that no more than this is left to it, whatever it was given lately. */
    RealGuest starve(long left) {
        long more = available() - left;
        return more > 0 ? need(more) : this;
    }

    /** Gives up all that it needed. */
    RealGuest release() {
        guest.run("rm -f /tmp/need*").orFail();
        return this;
    }

    /** MemTotal, by its own kernel, which falls and rises with the balloon at once: libvirt learns of it a second later. */
    long total() {
        return guest.meminfoKib("MemTotal") / KIB;
    }

    /** Stops QEMU in mid-air: a guest that hangs. */
    void hang() {
        signal("STOP");
    }

    /** Lets it go on. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        Programs.run("kill", "-" + name, Long.toString(qemu())).orFail();
    }

    /** Resets it, and waits until it is up again. */
    void reset() {
        guest.reset();
    }

    /** Gives up what it took while it booted. */
    RealGuest endBoot() {
        guest.run("rm -f /tmp/boot").orFail();
        return this;
    }

    /** The process that it runs in. */
    long qemu() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(id.toString()))
                        .isPresent())
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }

    /** By its own counters and its kernel's log: not a page was swapped out, no process killed. */
    void isUnhurt() {
        assertThat(guest.vmstat("pswpout"))
                .as("pages that %s swapped out", name)
                .isZero();
        isAlive();
    }

    /** No process was killed for want of memory. */
    void isAlive() {
        assertThat(guest.vmstat("oom_kill")).as("processes killed in %s", name).isZero();
        assertThat(guest.run("dmesg | grep -i -e 'out of memory' -e 'oom-kill'").text())
                .as("the kernel log of %s", name)
                .isEmpty();
    }

    /**
     * How often its balloon found no free page at once ("Out of puff"). It asks without insisting (__GFP_NORETRY, Linux
     * mm/balloon_compaction.c) and tries again 200 ms later, so that cache which the kernel has still to drop shows up
     * here: it says nothing of hurt.
     */
    long puffs() {
        return Long.parseLong(guest.run("dmesg | grep -c 'Out of puff'").text());
    }

    /** Whether nothing keeps the policy from shrinking it but what it needs. */
    boolean isMovable(GuestsRoom room) {
        return room.room.inventory().stream()
                .filter(each -> each.subject().id().equals(id.toString()))
                .map(WatchedSubject::details)
                .anyMatch(details -> {
                    String why = details.getOrDefault("why", "?");
                    return why.isEmpty() || why.startsWith("wanted") || why.equals("it needs what it has");
                });
    }

    @Override
    public void close() throws IOException {
        guest.close();
    }
}
