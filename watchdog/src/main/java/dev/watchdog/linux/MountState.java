package dev.watchdog.linux;

import org.jspecify.annotations.Nullable;

/**
 * How a mount is mounted.
 *
 * @param parent id of the mount it is on; the kernel reuses it once that is gone
 * @param propagation as mountinfo's optional fields, such as {@code shared:9 master:2}, or empty
 * @param bears whether anything is mounted on it or below
 */
public record MountState(long parent, MountAttributes attributes, String propagation, boolean bears) {
    /** Of a mount of the namespace that the thread is in; null where the kernel is older, or it is not of this one. */
    static @Nullable MountState asked(Descriptor mountRoot) throws ErrnoException {
        long id = UniqueMountId.of(mountRoot);
        StatMount told = id == UniqueMountId.UNKNOWN ? null : StatMount.here(id);
        Boolean bears = told == null ? null : StatMount.bears(id);
        return told == null || bears == null
                ? null
                : new MountState(told.parent(), MountAttributes.told(told.attributes()), told.propagation(), bears);
    }

    /** The same by what mountinfo has of the mount and what is mounted on it; null when it is not there. */
    static @Nullable MountState read(MountTable there, long id) {
        MountEntry own = there.byId(id);
        return own == null
                ? null
                : new MountState(
                        own.parent(),
                        MountAttributes.of(own),
                        own.propagation(),
                        there.entries().size() > 1);
    }
}
