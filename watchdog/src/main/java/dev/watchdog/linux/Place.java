package dev.watchdog.linux;

/**
 * Where a directory was found, for kernels that do not tell of a file which mount it is on (before 3.15): a mount table
 * has to.
 *
 * @param viewer the /proc directory of the process or thread whose mount table lists it
 * @param path from that process's root, without symlinks
 */
record Place(Descriptor viewer, String path) {
    Place child(String leaf) {
        return new Place(viewer, path.equals("/") ? "/" + leaf : path + "/" + leaf);
    }
}
