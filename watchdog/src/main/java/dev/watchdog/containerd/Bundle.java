package dev.watchdog.containerd;

/**
 * A task of containerd's, as its bundle tells of it. Nothing here is checked against the kernel, and who made the
 * container chose its id and its name.
 *
 * @param namespace of containerd: {@code default}, {@code k8s.io}
 * @param id unique in the namespace
 * @param name for people only, untrusted text; empty if nothing tells one
 * @param pid its first process
 * @param rootfs where its shim mounts its root
 * @param mounted whether its root is there; otherwise it is a directory of somebody else's
 * @param mayMount whether it was given CAP_SYS_ADMIN, or that is not told
 */
public record Bundle(
        String namespace, String id, String name, int pid, String rootfs, boolean mounted, boolean mayMount) {}
