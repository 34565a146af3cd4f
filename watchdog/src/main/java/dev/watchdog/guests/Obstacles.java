package dev.watchdog.guests;

/** Why a guest's memory is left alone for as long as it is built so; each one line for people. */
final class Obstacles {
    static final String NO_BALLOON = "it has no balloon device: its XML needs <memballoon model='virtio'/>";
    static final String ASSIGNED =
            "a device of the host is assigned to it, which pins its memory: a balloon would free nothing";
    static final String VDPA = "it has a vhost-vdpa device, which pins its memory: a balloon would free nothing";
    static final String NVME =
            "QEMU drives an NVMe disk of it by itself, which pins its memory: a balloon would free nothing";
    static final String HUGE_PAGES = "its memory is in huge pages, which a balloon cannot free";
    static final String HUGE_DIMM = "a part of its memory is in huge pages, which a balloon cannot free";
    static final String LOCKED = "its memory is locked: a balloon would free nothing";
    static final String PINNED = "its memory is pinned for a device: a balloon would free nothing";
    static final String VIRTIO_MEM = "it has virtio-mem devices, whose size is not the balloon's";
    static final String CONFIDENTIAL =
            "it is a confidential guest, whose memory the host cannot take back: a balloon would free nothing";
    static final String SPLIT =
            "its own NUMA nodes are bound to different ones of the host: a balloon takes and gives without regard to them";
    static final String CHOSEN = "it is bound to NUMA nodes that libvirt chose, and which ones cannot be seen";

    private Obstacles() {}
}
