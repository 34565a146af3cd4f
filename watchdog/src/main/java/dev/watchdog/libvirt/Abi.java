package dev.watchdog.libvirt;

/** Numbers of libvirt's stable ABI, by the names of libvirt-domain.h, libvirt-host.h and virterror.h. */
final class Abi {
    static final int VIR_CONNECT_RO = 1;

    static final int VIR_DOMAIN_STATS_STATE = 1;
    static final int VIR_DOMAIN_STATS_BALLOON = 1 << 2;
    static final int VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE = 1;
    static final int VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT = 1 << 29;
    static final int VIR_DOMAIN_AFFECT_LIVE = 1;

    static final int VIR_DOMAIN_EVENT_ID_LIFECYCLE = 0;
    static final int VIR_DOMAIN_EVENT_ID_REBOOT = 1;
    static final int VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE = 13;
    static final int VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED = 15;
    static final int VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE = 18;
    static final int VIR_DOMAIN_EVENT_ID_DEVICE_ADDED = 19;
    static final int VIR_DOMAIN_EVENT_ID_METADATA_CHANGE = 23;
    static final int VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE = 26;

    static final int VIR_FROM_RPC = 7;
    static final int VIR_ERR_INTERNAL_ERROR = 1;
    static final int VIR_ERR_NO_SUPPORT = 3;
    static final int VIR_ERR_NO_CONNECT = 5;
    static final int VIR_ERR_OPERATION_DENIED = 29;
    static final int VIR_ERR_RPC = 39;
    static final int VIR_ERR_SYSTEM_ERROR = 38;
    static final int VIR_ERR_NO_DOMAIN = 42;
    static final int VIR_ERR_AUTH_FAILED = 45;
    static final int VIR_ERR_OPERATION_INVALID = 55;
    static final int VIR_ERR_AUTH_CANCELLED = 79;
    static final int VIR_ERR_AUTH_UNAVAILABLE = 94;

    /** virUUID: 16 bytes, most significant first. */
    static final int UUID_BYTES = 16;

    /** struct _virDomainJobInfo on 64-bit machines: int type, 4 bytes of padding, eleven 8-byte counts. */
    static final int JOB_INFO_BYTES = 96;

    static final int VIR_DOMAIN_JOB_BOUNDED = 1;
    static final int VIR_DOMAIN_JOB_UNBOUNDED = 2;

    /** struct _virTypedParameter on 64-bit machines: char field[80], int type, 4 bytes of padding, an 8-byte union. */
    static final int PARAMETER_BYTES = 96;

    static final int PARAMETER_NAME_BYTES = 80;
    static final int PARAMETER_VALUE_AT = 88;
    static final int VIR_TYPED_PARAM_INT = 1;
    static final int VIR_TYPED_PARAM_UINT = 2;
    static final int VIR_TYPED_PARAM_LLONG = 3;
    static final int VIR_TYPED_PARAM_ULLONG = 4;

    private Abi() {}
}
