package dev.watchdog.libvirt;

/** Why libvirt did not do what was asked; the message is one line that names the cause and the next step. */
public final class LibvirtException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final int code;
    private final int domain;

    /** The causes told apart. */
    public enum Reason {
        /** There is no libvirt.so.0 on this host, or it lacks the function. */
        MISSING,
        /** No daemon answers at the address, or the connection to it has ended. */
        ABSENT,
        /** The daemon does not let us, as a read-only connection that tries to change something. */
        DENIED,
        /** No answer within the deadline; what was asked may still be done later. */
        TIMEOUT,
        /** So many calls have not come back that no further one is begun. */
        HUNG,
        /** There is no such guest any more. */
        GONE,
        /** The guest is in no state for it: it has no balloon, or does not run. */
        INVALID,
        /** Any other error of libvirt. */
        REFUSED,
        /** {@link Hypervisor#close} was called. */
        CLOSED
    }

    LibvirtException(Reason reason, String message) {
        this(reason, 0, 0, message);
    }

    LibvirtException(Reason reason, int code, int domain, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
        this.domain = domain;
    }

    /** An error as libvirt told it. */
    static LibvirtException told(String what, int code, int domain, String message) {
        boolean cut = domain == Abi.VIR_FROM_RPC && code == Abi.VIR_ERR_INTERNAL_ERROR;
        Reason reason = cut ? Reason.ABSENT : reason(code);
        return new LibvirtException(reason, code, domain, "libvirt cannot " + what + ": " + Text.line(message));
    }

    private static Reason reason(int code) {
        return switch (code) {
            case Abi.VIR_ERR_OPERATION_DENIED,
                    Abi.VIR_ERR_AUTH_FAILED,
                    Abi.VIR_ERR_AUTH_CANCELLED,
                    Abi.VIR_ERR_AUTH_UNAVAILABLE -> Reason.DENIED;
            case Abi.VIR_ERR_NO_DOMAIN -> Reason.GONE;
            case Abi.VIR_ERR_OPERATION_INVALID -> Reason.INVALID;
            case Abi.VIR_ERR_NO_CONNECT, Abi.VIR_ERR_SYSTEM_ERROR, Abi.VIR_ERR_RPC -> Reason.ABSENT;
            case Abi.VIR_ERR_NO_SUPPORT -> Reason.MISSING;
            default -> Reason.REFUSED;
        };
    }

    public Reason reason() {
        return reason;
    }

    /** virErrorNumber; 0 when the error is not libvirt's own. */
    public int code() {
        return code;
    }

    /** virErrorDomain; 0 when the error is not libvirt's own. */
    public int domain() {
        return domain;
    }
}
