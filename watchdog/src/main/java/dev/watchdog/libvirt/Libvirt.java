package dev.watchdog.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** libvirt.so.0 in this process: loaded at the first use, and its event loop registered before any connection. */
final class Libvirt {
    private static final int ERROR_MESSAGE_AT = 8;
    private static final int MOST_MESSAGE = 64 * 1024;
    private static @Nullable Libvirt shared;

    final Calls calls;
    final EventLoop events;

    /** libvirt prints errors to stderr unless a function takes them; every error is read where it happened. */
    private final Calls.ErrorCallback silence = (opaque, error) -> {};

    private Libvirt(Calls calls) {
        this.calls = calls;
        calls.virSetErrorFunc(null, silence);
        if (calls.virInitialize() != 0 || calls.virEventRegisterDefaultImpl() != 0) {
            throw failure(calls, "start");
        }
        this.events = new EventLoop(calls);
    }

    /**
     * The one of this process.
     *
     * @throws LibvirtException MISSING where there is no library; tried again by the next call
     */
    static synchronized Libvirt load() {
        if (shared == null) {
            shared = new Libvirt(library("libvirt.so.0"));
        }
        return shared;
    }

    static Calls library(String file) {
        try {
            return Native.load(file, Calls.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
        } catch (UnsatisfiedLinkError e) {
            throw new LibvirtException(
                    LibvirtException.Reason.MISSING,
                    "cannot load " + file + "; install libvirt's client library (Debian package libvirt0)");
        }
    }

    /** libvirt's last error on this thread, to be called right after the failed call. */
    LibvirtException failure(String what) {
        return failure(calls, what);
    }

    private static LibvirtException failure(Calls calls, String what) {
        Pointer error = calls.virGetLastError();
        if (error == null) {
            return new LibvirtException(
                    LibvirtException.Reason.REFUSED, "libvirt cannot " + what + " and says not why");
        }
        Pointer message = error.getPointer(ERROR_MESSAGE_AT);
        String text = message == null ? null : Text.read(message, MOST_MESSAGE);
        LibvirtException told =
                LibvirtException.told(what, error.getInt(0), error.getInt(4), text == null ? "no message" : text);
        calls.virResetLastError();
        return told;
    }

    /** Takes over a string that libvirt allocated. */
    String owned(@Nullable Pointer text, String what, int most) {
        if (text == null) {
            throw failure(what);
        }
        try {
            String read = Text.read(text, most);
            if (read == null) {
                throw new LibvirtException(
                        LibvirtException.Reason.REFUSED,
                        "libvirt cannot " + what + ": it is longer than " + most + " bytes");
            }
            return read;
        } finally {
            Native.free(Pointer.nativeValue(text));
        }
    }
}
