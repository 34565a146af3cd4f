package dev.watchdog.linux;

import java.io.IOException;

/**
 * Copies a mount so that the copy has nothing to do with the original but the file system. A plain clone is of the peer
 * group of its original and has its flags, and a container may change both of its own mounts at any time: what is mounted
 * on a peer of a mount, or unmounted there, is on the mount as well (mount_namespaces(7)).
 *
 * <p>Before anybody can see it the first copy is made private, given its attributes and looked at in a namespace of the
 * agent's own, and copied from there: a copy of a private mount is private from the beginning, and what may have been
 * mounted on the first one is not on the second. By calls that every kernel with open_tree has (5.2), unlike
 * mount_setattr (5.12).
 */
final class IsolatedClone {
    private IsolatedClone() {}

    /**
     * The thread is at home afterwards.
     *
     * @param mountRoot the root of the original, of the namespace that the thread is in
     */
    static Descriptor of(Visit visit, Descriptor mountRoot, MountAttributes attributes) throws IOException {
        try (Descriptor copy = Mounts.clone(mountRoot)) {
            visit.home();
            PrivateMountNamespace own = PrivateMountNamespace.own();
            boolean done = false;
            try (Descriptor namespace = own.open();
                    PrivateMountNamespace.Place place = own.place()) {
                visit.enter(namespace);
                Mounts.attach(copy, place.directory());
                Descriptor isolated = isolated(visit, copy, attributes);
                done = true;
                return isolated;
            } finally {
                visit.home();
                if (!done) {
                    // with the copy: it may still be a peer, and must not be unmounted by its name
                    PrivateMountNamespace.abandon(own);
                }
            }
        }
    }

    private static Descriptor isolated(Visit visit, Descriptor copy, MountAttributes attributes) throws IOException {
        Mounts.makePrivate(copy);
        Mounts.setAttributes(copy, attributes);
        MountEntry mount = visit.mountsAt(copy).byId(copy.status().mountId());
        if (mount == null
                || !mount.propagation().isEmpty()
                || !MountAttributes.of(mount).equals(attributes)) {
            throw new IOException("the copy of " + copy + " could not be made private and " + attributes
                    + (mount == null ? "" : ": it is " + mount.options() + " " + mount.propagation()));
        }
        Descriptor isolated = Mounts.clone(copy);
        boolean done = false;
        try {
            Mounts.detach(copy);
            done = true;
            return isolated;
        } finally {
            if (!done) {
                isolated.close();
            }
        }
    }
}
