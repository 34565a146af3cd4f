package dev.watchdog.guests;

import java.util.List;
import java.util.Locale;

/**
 * Tells of guests whose memory does not show what they use, by the operating system that libosinfo wrote into their
 * metadata. A hint for people: nothing is decided by it.
 */
final class KindHint {
    /** Of libosinfo's elements, which virt-install and virt-manager write. */
    static final String NAMESPACE = "http://libosinfo.org/xmlns/libvirt/domain/1.0";

    private static final List<String> ZFS = List.of(
            "freebsd", "truenas", "freenas", "solaris", "illumos", "openindiana", "omnios", "smartos", "nexenta");
    private static final List<String> KUBERNETES =
            List.of("talos", "bottlerocket", "flatcar", "coreos", "rhcos", "k3os", "rancheros", "harvester");
    private static final String WHOLE_CACHE =
            "by its operating system it may keep files in ZFS's cache, which counts as used: give it a floor, or manage='no'";
    private static final String NODE =
            "by its operating system it may be a Kubernetes node, which promises its pods the memory it booted with: give it"
                    + " a floor of its allocatable memory, or manage='no'";

    private KindHint() {}

    /** @param system libosinfo's id, such as {@code http://freebsd.org/freebsd/14.0}; empty when there is none */
    static String of(String system) {
        String id = system.toLowerCase(Locale.ROOT);
        if (ZFS.stream().anyMatch(id::contains)) {
            return WHOLE_CACHE;
        }
        return KUBERNETES.stream().anyMatch(id::contains) ? NODE : "";
    }
}
