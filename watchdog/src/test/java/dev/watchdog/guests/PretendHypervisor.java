package dev.watchdog.guests;

import dev.watchdog.libvirt.GuestEvent;
import dev.watchdog.libvirt.GuestListener;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.HypervisorInfo;
import dev.watchdog.libvirt.LibvirtException;
import dev.watchdog.libvirt.MadeUp;
import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/** libvirt as tests need it beside the real one: guests whose balloons move by a clock in the test's hand. */
final class PretendHypervisor implements Hypervisor {
    static final long MIB = 1L << 20;
    private static final double BYTES_A_SECOND = 1024.0 * MIB;

    /** What was asked of it, in order: {@code set NAME MIB}, {@code period NAME SECONDS}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final String uri;
    private final HostClock clock;
    private final DoubleConsumer held;
    private final Map<UUID, Guest> guests = new LinkedHashMap<>();
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable LibvirtException trouble;
    private boolean refuses;

    /** @param held told at each look how much the guests hold, in MiB */
    PretendHypervisor(String uri, HostClock clock, DoubleConsumer held) {
        this.held = held;
        this.uri = uri;
        this.clock = clock;
    }

    /** Another address with the same guests. */
    synchronized PretendHypervisor twin(String address) {
        PretendHypervisor twin = new PretendHypervisor(address, clock, mib -> {});
        twin.guests.putAll(guests);
        return twin;
    }

    /** One guest; sizes in MiB. */
    final class Guest {
        final UUID id = UUID.randomUUID();
        final String name;
        final long maximum;
        volatile String metadata = "";
        int period = 1;

        /** Beside the balloon, such as NVDIMM. */
        volatile String devices = "";

        /** Seconds since 1970 when somebody stopped QEMU's timer behind libvirt's back; 0: nobody did. */
        volatile long stopped;

        /** Its driver answers nobody. */
        volatile boolean mute;

        /** libvirt works on it and skips it. */
        volatile boolean skipped;

        /** Reads of its XML. */
        final AtomicInteger reads = new AtomicInteger();

        volatile double need;
        volatile double caches;
        volatile boolean stuck;
        volatile boolean paused;
        volatile boolean busy;

        /** Why libvirt does not give its XML; empty when it does. */
        volatile String withheld = "";

        /** libvirt says nothing of it in time. */
        volatile boolean silent;

        volatile long swappedOut;
        volatile double actual;
        volatile double target;
        private Duration moved = clock.now().sinceBoot();

        Guest(String name, long maximum, double need) {
            this.name = name;
            this.maximum = maximum;
            this.need = need;
            this.actual = maximum;
            this.target = maximum;
        }

        Guest optedIn() {
            metadata = "<watchdog:memory xmlns:watchdog='https://watchdog.dev/libvirt/memory/1' manage='yes'/>";
            return this;
        }

        Guest has(double mib) {
            return has(mib, mib);
        }

        /** It has this, and is to have that. */
        Guest has(double mib, double aim) {
            actual = mib;
            target = aim;
            return this;
        }

        private void move() {
            Duration now = clock.now().sinceBoot();
            double most = now.minus(moved).toNanos() / 1e9 * BYTES_A_SECOND / MIB;
            moved = now;
            if (!stuck) {
                actual = target < actual ? Math.max(target, actual - most) : Math.min(target, actual + most);
            }
        }

        private GuestStats stats() {
            move();
            long kib = 1024;
            long now = clock.now().wall().getEpochSecond();
            long report = stopped > 0 ? stopped : period > 0 ? now / period * period : now;
            Map<String, Long> values = new LinkedHashMap<>();
            values.put("balloon.current", (long) (actual * kib));
            values.put("balloon.maximum", maximum * kib);
            if (skipped) {
                return MadeUp.stats(id, name, GuestStats.State.RUNNING, values);
            }
            values.put("balloon.rss", (long) (actual * kib));
            if (period > 0) {
                values.put("balloon.usable", (long) Math.max(0, (actual - need) * kib));
                values.put("balloon.unused", (long) Math.max(0, (actual - need - caches) * kib));
                values.put("balloon.disk_caches", (long) (caches * kib));
                values.put("balloon.swap_out", swappedOut);
                values.put("balloon.swap_in", 0L);
                values.put("balloon.major_fault", 0L);
                values.put("balloon.last-update", report);
            }
            return MadeUp.stats(id, name, paused ? GuestStats.State.PAUSED : GuestStats.State.RUNNING, values);
        }

        private String read() {
            reads.incrementAndGet();
            return xml();
        }

        private String xml() {
            return "<domain type='kvm'><name>x</name><uuid>" + id + "</uuid><metadata>" + metadata
                    + "</metadata><devices>" + devices + "<memballoon model='virtio'><stats period='" + period
                    + "'/></memballoon></devices></domain>";
        }
    }

    synchronized Guest guest(String name, long maximum, double need) {
        Guest guest = new Guest(name, maximum, need);
        guests.put(guest.id, guest);
        return guest;
    }

    synchronized void stop(Guest guest) {
        guests.remove(guest.id);
    }

    /** Every call fails until {@link #back}. */
    synchronized void lost(LibvirtException.Reason reason) {
        trouble = MadeUp.failure(reason, "pretended");
        LibvirtException why = trouble;
        listeners.forEach(each -> each.lost(why));
    }

    synchronized void back() {
        trouble = null;
        listeners.forEach(GuestListener::connected);
    }

    /** Changes are refused. */
    synchronized void refuse(boolean yes) {
        refuses = yes;
    }

    void tell(GuestEvent event) {
        listeners.forEach(each -> each.event(event));
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public CompletableFuture<HypervisorInfo> info() {
        return CompletableFuture.completedFuture(new HypervisorInfo("9.0.0", uri, "pretend"));
    }

    @Override
    public synchronized CompletableFuture<List<GuestStats>> stats() {
        if (trouble != null) {
            return CompletableFuture.failedFuture(trouble);
        }
        List<GuestStats> all = new ArrayList<>();
        guests.values().forEach(each -> all.add(each.stats()));
        held.accept(guests.values().stream().mapToDouble(each -> each.actual).sum());
        return CompletableFuture.completedFuture(all);
    }

    @Override
    public synchronized CompletableFuture<String> xml(UUID guest) {
        Guest found = guests.get(guest);
        if (found != null && !found.withheld.isEmpty()) {
            return CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.REFUSED, found.withheld));
        }
        return found == null || trouble != null
                ? CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.GONE, "no such guest"))
                : CompletableFuture.completedFuture(found.read());
    }

    @Override
    public synchronized CompletableFuture<Boolean> busy(UUID guest) {
        Guest found = guests.get(guest);
        if (found == null || trouble != null) {
            return CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.GONE, "no such guest"));
        }
        return found.silent
                ? CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.TIMEOUT, "no answer"))
                : CompletableFuture.completedFuture(found.busy);
    }

    @Override
    public synchronized CompletableFuture<Void> setMemory(UUID guest, long kib) {
        Guest found = guests.get(guest);
        if (found != null && (found.busy || found.silent)) {
            return CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.TIMEOUT, "a job is held"));
        }
        if (found == null || trouble != null || refuses) {
            return CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.REFUSED, "it is refused"));
        }
        found.move();
        found.target = kib / 1024.0;
        asked.add("set " + found.name + " " + kib / 1024);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> setStatsPeriod(UUID guest, int seconds) {
        Guest found = guests.get(guest);
        if (found == null || trouble != null || refuses) {
            return CompletableFuture.failedFuture(MadeUp.failure(LibvirtException.Reason.REFUSED, "it is refused"));
        }
        found.period = seconds;
        found.stopped = found.mute ? found.stopped : 0;
        asked.add("period " + found.name + " " + seconds);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        listener.connected();
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
