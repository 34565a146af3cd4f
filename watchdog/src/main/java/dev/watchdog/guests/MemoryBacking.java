package dev.watchdog.guests;

import java.util.List;
import java.util.Set;

/**
 * Where a guest's memory comes from, by its XML.
 *
 * @param beside bytes within libvirt's maximum that no balloon reaches: NVDIMM, virtio-pmem and SGX's enclave memory
 * @param hugePages its RAM is in pages of a pool
 * @param nodes the sets of NUMA nodes that it, or one of its own nodes, must take memory from; none: from all
 * @param chosen libvirt chose its nodes when it started it (placement='auto'): which, its process tells
 */
record MemoryBacking(long beside, boolean hugePages, List<Set<Integer>> nodes, boolean chosen) {
    /** The host's ordinary memory, of any node. */
    static final MemoryBacking ORDINARY = new MemoryBacking(0, false, List.of(), false);

    MemoryBacking {
        nodes = List.copyOf(nodes);
    }
}
