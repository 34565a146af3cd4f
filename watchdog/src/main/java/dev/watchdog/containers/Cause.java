package dev.watchdog.containers;

import java.util.List;

/**
 * The ways in which roots are known to get lost, as found in the source and the issue trackers of Docker, runc and the
 * kernel. Numbers behind {@code moby} are those of github.com/moby/moby.
 */
enum Cause {
    UNMOUNTED(
            "unmounted",
            "Somebody unmounted the container's root file system.",
            "Find out why that program unmounts there: backup and clean-up scripts that walk over the mount table must"
                    + " leave out everything below the engine's data root."),
    DIRECTORY_REMOVED(
            "directory-removed",
            "The directory that the root file system is mounted on was removed in a mount namespace where it was an"
                    + " ordinary directory. Since Linux 3.18 that detaches the mount in every other namespace, without an"
                    + " error anywhere.",
            "Keep clean-up jobs out of the engine's data root, above all those in services with a mount namespace of"
                    + " their own (PrivateTmp=, ProtectSystem= and the like) and those in other containers."),
    LIVE_RESTORE(
            "live-restore-into-another-namespace",
            "dockerd was restarted with live-restore into another mount namespace than the one its containers were"
                    + " started from. There it does not see their roots. " + LiveRestore.TAKING_BACK
                    + " With overlay2, mounting it anew also empties the work directory that the running container's"
                    + " root depends on: changing what came with the image may fail in the container with 'no such file"
                    + " or directory' from then on, which no mount brings back.",
            "Let dockerd run in the host's mount namespace: remove " + LiveRestore.OPTIONS + " from docker.service and"
                    + " its drop-ins ('systemctl cat docker' shows them), then 'systemctl daemon-reload'.",
            "Or turn live-restore off, so that a restart of dockerd ends its containers properly.",
            "Containers that run already keep their old namespace until they are stopped and started. That also gives"
                    + " an overlay2 root a work directory again; 'docker restart' does not, it keeps the mount."),
    OLD_ENGINE(
            "old-engine-diff",
            "Engines before 1.11.2 unmount the root of a running container after 'docker diff', 'commit', 'export' or"
                    + " 'cp' (moby 22168, 23067).",
            "Update the engine to 1.11.2 or newer."),
    ENGINE(
            "engine-unmounted",
            "The engine itself unmounted it, though the container runs. It counts who uses a root, and had lost count:"
                    + " after a restart, or because its own mount namespace did not show the mount.",
            "Look into the engine's log at that time. If it happens again, report it to the engine's makers with the"
                    + " output of 'watchdog explain --json'."),
    RUNTIME(
            "runtime-unmounted",
            "The container runtime unmounted it, though the container runs.",
            "Look into the log of containerd at that time: it took the container for ended."),
    NEVER_THERE(
            "namespace-without-the-mount",
            "containerd or the shim runs in a mount namespace that the engine's mounts do not reach: it was copied"
                    + " before the root was mounted, and the mounts are private there. Up to Docker 17.12.0, and in 18.02,"
                    + " the homes of the storage drivers were private mounts on purpose (moby commit 9803272f2d ended that).",
            "Let dockerd and containerd run in the same mount namespace: remove MountFlags=, PrivateTmp= and the like"
                    + " from both units.",
            "Update engines up to 17.12.0, and 18.02."),
    DATA_ROOT(
            "data-root-unmounted",
            "The whole layer directory is gone from sight, not only the container's mount: the file system that holds"
                    + " the engine's data root was unmounted or covered.",
            "Look for what unmounts it: /etc/fstab, a .mount unit that was stopped, a clean-up of the storage driver"
                    + " when the engine ends (moby 36149, 39267: it unmounts a data root that is a mount itself)."),
    COVERED(
            "covered",
            "Another file system was mounted over the container's root, or over a directory above it. The root is still"
                    + " there, underneath.",
            "Unmount what covers it if it should not be there. The agent never does: it is somebody's."),
    FUSE_ENDED(
            "fuse-overlayfs-ended",
            "fuse-overlayfs, the program that serves the files of this container, has ended: it crashed, or was killed"
                    + " for want of memory. All that is read or written in the container fails with 'transport endpoint"
                    + " is not connected'.",
            "Stop and start the container: that starts fuse-overlayfs anew, and what was written stays. 'docker restart'"
                    + " fails, for it keeps the dead mount.",
            "Look into the kernel's log for 'Out of memory' at that time. The overlay2 driver needs no such program."),
    UNKNOWN(
            "unknown",
            "What happened cannot be told from what was seen.",
            "On Linux 6.15 or newer the agent is told by the kernel who unmounts, if it runs before it happens.");

    private final String id;
    private final String happened;
    /** One to a line. */
    private final String prevention;

    Cause(String id, String happened, String... prevention) {
        this.id = id;
        this.happened = happened;
        this.prevention = String.join("\n", prevention);
    }

    String id() {
        return id;
    }

    String happened() {
        return happened;
    }

    List<String> prevention() {
        return prevention.lines().toList();
    }
}
