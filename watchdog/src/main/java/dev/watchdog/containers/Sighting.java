package dev.watchdog.containers;

import dev.watchdog.linux.FileStatus;
import org.jspecify.annotations.Nullable;

/**
 * What one viewer sees at a container's rootfs path.
 *
 * @param status what is there; null when nothing is
 */
record Sighting(
        Watched.Viewer viewer, State state, @Nullable FileStatus status) {
    /** The states of a rootfs path. */
    enum State {
        /** The container's own root is mounted there. */
        PRESENT("mounted"),
        /** There is no such path. */
        MISSING("path missing"),
        /** The directory is there and the mount is not: what is written through it is lost. */
        BARE("path present, not mounted"),
        /** Another mount is on top: it is somebody's, and is never taken away. */
        COVERED("something else is mounted there"),
        /** Another mount is on top of a directory above it: its place cannot be reached, and what is seen is another's. */
        HIDDEN("covered by a mount above it"),
        /** The program that serves it has ended: whatever is read or written there fails. */
        DEAD("its fuse-overlayfs has ended: transport endpoint is not connected"),
        /** A symlink or a file is in its place: nothing is ever mounted through that. */
        ODD("not a directory");

        private final String words;

        State(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        /** Something was mounted over it, or over where it was. */
        boolean isCovered() {
            return this == COVERED || this == HIDDEN;
        }

        /** The root can be put there. */
        boolean mendable() {
            return this == MISSING || this == BARE;
        }
    }

    static Sighting of(Watched.Viewer viewer, RootIdentity identity, @Nullable FileStatus status) {
        return new Sighting(viewer, state(identity, status), status);
    }

    /**
     * Of a root that is a directory of what is mounted.
     *
     * @param status what is at the rootfs path
     * @param mounted what is at the mount point
     */
    static Sighting below(
            Watched.Viewer viewer, RootIdentity identity, @Nullable FileStatus status, @Nullable FileStatus mounted) {
        State state = stateBelow(identity, status, mounted);
        return new Sighting(viewer, state, state == State.PRESENT ? status : mounted);
    }

    static State stateBelow(RootIdentity identity, @Nullable FileStatus status, @Nullable FileStatus mounted) {
        if (status != null && status.isDirectory() && status.sameFile(identity.root())) {
            return State.PRESENT;
        }
        // its own device, mounted there without its root in it, is somebody's doing as well
        State above = state(identity, mounted);
        return above == State.PRESENT || (status != null && status.mountRoot()) ? State.COVERED : above;
    }

    static State state(RootIdentity identity, @Nullable FileStatus status) {
        if (status == null) {
            return State.MISSING;
        }
        if (!status.isDirectory()) {
            return State.ODD;
        }
        if (!status.mountRoot()) {
            return State.BARE;
        }
        return status.sameFile(identity.root()) ? State.PRESENT : State.COVERED;
    }
}
