package dev.watchdog.libvirt;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is asked of a connection; every call blocks, and frees what libvirt gave it. */
final class Domains {
    private static final int MOST_PARAMETERS = 1024;
    private static final int MOST_NAME = 1024;
    /** A guest with a thousand devices has some 600 KiB; libvirt gives up to 4 MiB, some of them at once. */
    static final int MOST_XML = 1 << 20;

    /** More than any host runs, and what the agent has the heap for; libvirt lists up to 262,144. */
    static final int MOST_GUESTS = 2_000;

    private Domains() {}

    static HypervisorInfo info(Connection connection) {
        Libvirt libvirt = connection.libvirt;
        NativeLongByReference version = new NativeLongByReference();
        if (libvirt.calls.virConnectGetLibVersion(connection.pointer, version) != 0) {
            throw libvirt.failure("tell its version");
        }
        long number = version.getValue().longValue();
        return new HypervisorInfo(
                number / 1_000_000 + "." + number / 1000 % 1000 + "." + number % 1000,
                libvirt.owned(libvirt.calls.virConnectGetURI(connection.pointer), "tell its URI", MOST_NAME),
                libvirt.owned(libvirt.calls.virConnectGetHostname(connection.pointer), "tell its host", MOST_NAME));
    }

    static List<GuestStats> stats(Connection connection) {
        Libvirt libvirt = connection.libvirt;
        PointerByReference found = new PointerByReference();
        int count = libvirt.calls.virConnectGetAllDomainStats(
                connection.pointer,
                Abi.VIR_DOMAIN_STATS_STATE | Abi.VIR_DOMAIN_STATS_BALLOON,
                found,
                Abi.VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE | Abi.VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
        if (count < 0) {
            throw libvirt.failure("list the guests' statistics");
        }
        Pointer list = found.getValue();
        try {
            if (count > MOST_GUESTS) {
                throw new LibvirtException(
                        LibvirtException.Reason.REFUSED,
                        "libvirt lists " + count + " guests, more than the " + MOST_GUESTS + " that are watched");
            }
            List<GuestStats> guests = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                GuestStats guest = record(libvirt, list.getPointer((long) i * Native.POINTER_SIZE));
                if (guest != null) {
                    guests.add(guest);
                }
            }
            return List.copyOf(guests);
        } finally {
            libvirt.calls.virDomainStatsRecordListFree(list);
        }
    }

    /** struct _virDomainStatsRecord: virDomainPtr dom, virTypedParameterPtr params, int nparams. */
    private static @Nullable GuestStats record(Libvirt libvirt, Pointer record) {
        Pointer domain = record.getPointer(0);
        UUID uuid = uuid(libvirt, domain);
        Pointer parameters = record.getPointer(Native.POINTER_SIZE);
        int count = Math.min(record.getInt(2L * Native.POINTER_SIZE), MOST_PARAMETERS);
        if (uuid == null) {
            return null;
        }
        byte[] bytes = parameters == null || count <= 0
                ? new byte[0]
                : parameters.getByteArray(0, count * Abi.PARAMETER_BYTES);
        var values = TypedParameters.integers(bytes);
        return new GuestStats(
                uuid,
                name(libvirt, domain),
                GuestStats.State.of(values.getOrDefault("state.state", 0L)),
                BalloonStats.of(values));
    }

    static String xml(Connection connection, UUID guest) {
        Libvirt libvirt = connection.libvirt;
        Pointer domain = find(connection, guest);
        try {
            return libvirt.owned(libvirt.calls.virDomainGetXMLDesc(domain, 0), "read the XML of " + guest, MOST_XML);
        } finally {
            free(libvirt, domain);
        }
    }

    static void setMemory(Connection connection, UUID guest, long kib) {
        Libvirt libvirt = connection.libvirt;
        Pointer domain = find(connection, guest);
        try {
            if (libvirt.calls.virDomainSetMemoryFlags(domain, new NativeLong(kib), Abi.VIR_DOMAIN_AFFECT_LIVE) != 0) {
                throw libvirt.failure("set the memory of " + guest);
            }
        } finally {
            free(libvirt, domain);
        }
    }

    /** A driver without jobs, as libvirt's test driver, is never busy. */
    static boolean busy(Connection connection, UUID guest) {
        Libvirt libvirt = connection.libvirt;
        Pointer domain = find(connection, guest);
        try {
            byte[] info = new byte[Abi.JOB_INFO_BYTES];
            if (libvirt.calls.virDomainGetJobInfo(domain, info) != 0) {
                LibvirtException failure = libvirt.failure("tell whether it is busy with " + guest);
                if (failure.code() == Abi.VIR_ERR_NO_SUPPORT) {
                    return false;
                }
                throw failure;
            }
            int type = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt();
            return type == Abi.VIR_DOMAIN_JOB_BOUNDED || type == Abi.VIR_DOMAIN_JOB_UNBOUNDED;
        } finally {
            free(libvirt, domain);
        }
    }

    static void setStatsPeriod(Connection connection, UUID guest, int seconds) {
        Libvirt libvirt = connection.libvirt;
        Pointer domain = find(connection, guest);
        try {
            if (libvirt.calls.virDomainSetMemoryStatsPeriod(domain, seconds, Abi.VIR_DOMAIN_AFFECT_LIVE) != 0) {
                throw libvirt.failure("set the statistics period of " + guest);
            }
        } finally {
            free(libvirt, domain);
        }
    }

    private static Pointer find(Connection connection, UUID guest) {
        byte[] uuid = ByteBuffer.allocate(Abi.UUID_BYTES)
                .putLong(guest.getMostSignificantBits())
                .putLong(guest.getLeastSignificantBits())
                .array();
        Pointer domain = connection.libvirt.calls.virDomainLookupByUUID(connection.pointer, uuid);
        if (domain == null) {
            throw connection.libvirt.failure("find guest " + guest);
        }
        return domain;
    }

    private static void free(Libvirt libvirt, Pointer domain) {
        int ignored = libvirt.calls.virDomainFree(domain);
    }

    static @Nullable UUID uuid(Libvirt libvirt, Pointer domain) {
        byte[] bytes = new byte[Abi.UUID_BYTES];
        if (libvirt.calls.virDomainGetUUID(domain, bytes) != 0) {
            libvirt.calls.virResetLastError();
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new UUID(in.getLong(), in.getLong());
    }

    static String name(Libvirt libvirt, Pointer domain) {
        Pointer name = libvirt.calls.virDomainGetName(domain);
        String read = name == null ? null : Text.read(name, MOST_NAME);
        return read == null ? "" : read;
    }
}
