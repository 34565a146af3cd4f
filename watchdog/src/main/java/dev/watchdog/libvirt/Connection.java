package dev.watchdog.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One virConnectPtr from its opening to its closing, which comes when it is retired and nobody uses it any more. Opening,
 * using and closing block.
 */
final class Connection {
    private static final int KEEP_ALIVE_SECONDS = 5;
    private static final int KEEP_ALIVE_COUNT = 3;

    final Libvirt libvirt;
    final Pointer pointer;

    /** What libvirt may call, and under which number it was registered; strong until the connection is closed. */
    private final List<Registration> registrations = new ArrayList<>();

    private final Calls.CloseCallback closing;
    private int users;
    private boolean retired;

    private record Registration(int id, Callback callback) {}

    private Connection(Libvirt libvirt, Pointer pointer, Runnable lost) {
        this.libvirt = libvirt;
        this.pointer = pointer;
        this.closing = (connection, reason, opaque) -> lost.run();
    }

    /** @param lost told on the event thread when the daemon has gone or does not answer its keep-alive */
    static Connection open(String uri, boolean readOnly, Runnable lost) {
        Libvirt libvirt = Libvirt.load();
        libvirt.events.acquire();
        Pointer pointer = libvirt.calls.virConnectOpenAuth(uri, null, readOnly ? Abi.VIR_CONNECT_RO : 0);
        if (pointer == null) {
            LibvirtException why = libvirt.failure("connect to " + Text.line(uri));
            libvirt.events.release();
            throw why;
        }
        Connection connection = new Connection(libvirt, pointer, lost);
        if (libvirt.calls.virConnectRegisterCloseCallback(pointer, connection.closing, null, null) != 0
                || libvirt.calls.virConnectSetKeepAlive(pointer, KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT) < 0) {
            // a driver inside this process, test:///, knows neither and cannot be lost
            libvirt.calls.virResetLastError();
        }
        return connection;
    }

    /** Has these events told, on the event thread. A daemon that does not know a kind never tells it. */
    void follow(Consumer<GuestEvent> told) {
        Calls.LifecycleCallback lifecycle = (connection, domain, event, detail, opaque) -> {
            tell(domain, told, (id, name) -> new GuestEvent.Lifecycle(id, name, GuestEvent.Change.of(event), detail));
            return 0;
        };
        Calls.RebootCallback reboot = (connection, domain, opaque) -> tell(domain, told, GuestEvent.Rebooted::new);
        Calls.BalloonCallback balloon = (connection, domain, actual, opaque) ->
                tell(domain, told, (id, name) -> new GuestEvent.BalloonChanged(id, name, actual));
        Calls.AgentCallback agent = (connection, domain, state, reason, opaque) ->
                tell(domain, told, (id, name) -> new GuestEvent.AgentChanged(id, name, state == 1));
        Calls.DeviceCallback device =
                (connection, domain, alias, opaque) -> tell(domain, told, GuestEvent.Redescribed::new);
        Calls.MetadataCallback metadata =
                (connection, domain, type, namespace, opaque) -> tell(domain, told, GuestEvent.Redescribed::new);
        Calls.MemoryDeviceCallback memory =
                (connection, domain, alias, kib, opaque) -> tell(domain, told, GuestEvent.Redescribed::new);
        register(Abi.VIR_DOMAIN_EVENT_ID_LIFECYCLE, lifecycle);
        register(Abi.VIR_DOMAIN_EVENT_ID_REBOOT, reboot);
        register(Abi.VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, balloon);
        register(Abi.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, agent);
        register(Abi.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, device);
        register(Abi.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, device);
        register(Abi.VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, metadata);
        register(Abi.VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE, memory);
    }

    private void register(int event, Callback callback) {
        int id = libvirt.calls.virConnectDomainEventRegisterAny(pointer, null, event, callback, null, null);
        if (id >= 0) {
            registrations.add(new Registration(id, callback));
        } else if (event == Abi.VIR_DOMAIN_EVENT_ID_LIFECYCLE) {
            throw libvirt.failure("follow events");
        } else {
            libvirt.calls.virResetLastError();
        }
    }

    private interface Made {
        GuestEvent of(UUID guest, String name);
    }

    private void tell(Pointer domain, Consumer<GuestEvent> told, Made made) {
        UUID guest = Domains.uuid(libvirt, domain);
        if (guest != null) {
            told.accept(made.of(guest, Domains.name(libvirt, domain)));
        }
    }

    /** False when it has been retired. Each true is followed by one {@link #release}. */
    synchronized boolean take() {
        if (retired) {
            return false;
        }
        users++;
        return true;
    }

    void release() {
        boolean last;
        synchronized (this) {
            users--;
            last = retired && users == 0;
        }
        if (last) {
            close();
        }
    }

    /** No further use; closed now or by the last who uses it. */
    void retire() {
        boolean last;
        synchronized (this) {
            last = !retired && users == 0;
            retired = true;
        }
        if (last) {
            close();
        }
    }

    private void close() {
        Calls calls = libvirt.calls;
        for (Registration registration : registrations) {
            int ignored = calls.virConnectDomainEventDeregisterAny(pointer, registration.id());
        }
        int ignored = calls.virConnectUnregisterCloseCallback(pointer, closing);
        ignored = calls.virConnectClose(pointer);
        calls.virResetLastError();
        libvirt.events.release();
    }
}
