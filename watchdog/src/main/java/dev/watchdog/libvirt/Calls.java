package dev.watchdog.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libvirt.so.0 that are used, all there since 1.2.8. A function is looked up when first called, so one
 * that is missing is an {@link UnsatisfiedLinkError} of that call only. Callbacks come on the thread of {@link EventLoop};
 * whoever registers one keeps a strong reference until libvirt cannot call it any more.
 */
interface Calls extends Library {
    int virInitialize();

    int virEventRegisterDefaultImpl();

    int virEventRunDefaultImpl();

    int virEventAddTimeout(int everyMillis, TimeoutCallback callback, @Nullable Pointer opaque, @Nullable Pointer free);

    void virEventUpdateTimeout(int timer, int everyMillis);

    int virEventRemoveTimeout(int timer);

    void virSetErrorFunc(@Nullable Pointer opaque, ErrorCallback callback);

    @Nullable Pointer virGetLastError();

    void virResetLastError();

    @Nullable Pointer virConnectOpenAuth(String uri, @Nullable Pointer auth, int flags);

    int virConnectClose(Pointer connection);

    int virConnectSetKeepAlive(Pointer connection, int intervalSeconds, int count);

    int virConnectRegisterCloseCallback(
            Pointer connection, CloseCallback callback, @Nullable Pointer opaque, @Nullable Pointer free);

    int virConnectUnregisterCloseCallback(Pointer connection, CloseCallback callback);

    int virConnectDomainEventRegisterAny(
            Pointer connection,
            @Nullable Pointer domain,
            int event,
            Callback callback,
            @Nullable Pointer opaque,
            @Nullable Pointer free);

    int virConnectDomainEventDeregisterAny(Pointer connection, int registration);

    int virConnectGetLibVersion(Pointer connection, NativeLongByReference version);

    @Nullable Pointer virConnectGetHostname(Pointer connection);

    @Nullable Pointer virConnectGetURI(Pointer connection);

    int virConnectGetAllDomainStats(Pointer connection, int stats, PointerByReference records, int flags);

    void virDomainStatsRecordListFree(Pointer records);

    @Nullable Pointer virDomainLookupByUUID(Pointer connection, byte[] uuid);

    int virDomainFree(Pointer domain);

    int virDomainGetUUID(Pointer domain, byte[] uuid);

    /** Owned by the domain. */
    @Nullable Pointer virDomainGetName(Pointer domain);

    @Nullable Pointer virDomainGetXMLDesc(Pointer domain, int flags);

    int virDomainSetMemoryFlags(Pointer domain, com.sun.jna.NativeLong kib, int flags);

    /** Fills a virDomainJobInfo. */
    int virDomainGetJobInfo(Pointer domain, byte[] info);

    int virDomainSetMemoryStatsPeriod(Pointer domain, int seconds, int flags);

    /** virErrorFunc. */
    interface ErrorCallback extends Callback {
        void invoke(@Nullable Pointer opaque, @Nullable Pointer error);
    }

    /** virEventTimeoutCallback. */
    interface TimeoutCallback extends Callback {
        void invoke(int timer, @Nullable Pointer opaque);
    }

    /** virConnectCloseFunc. */
    interface CloseCallback extends Callback {
        void invoke(Pointer connection, int reason, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventCallback. */
    interface LifecycleCallback extends Callback {
        int invoke(Pointer connection, Pointer domain, int event, int detail, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventGenericCallback, of a reboot. */
    interface RebootCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventBalloonChangeCallback. */
    interface BalloonCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, long actualKib, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventAgentLifecycleCallback. */
    interface AgentCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, int state, int reason, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventDeviceAddedCallback, and that of a removed one. */
    interface DeviceCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, @Nullable Pointer alias, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventMetadataChangeCallback. */
    interface MetadataCallback extends Callback {
        void invoke(
                Pointer connection, Pointer domain, int type, @Nullable Pointer namespace, @Nullable Pointer opaque);
    }

    /** virConnectDomainEventMemoryDeviceSizeChangeCallback. */
    interface MemoryDeviceCallback extends Callback {
        void invoke(Pointer connection, Pointer domain, @Nullable Pointer alias, long kib, @Nullable Pointer opaque);
    }
}
