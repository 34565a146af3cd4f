package dev.watchdog.guests;

import dev.watchdog.linux.NumberList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code <numatune>}: the host's NUMA nodes that a guest's memory must come from. Only {@code strict}, which is what
 * libvirt takes where no mode is given, and {@code restrictive} bind; the others are wishes that the kernel may pass over.
 * Confined to one reading.
 */
final class NodeBindings {
    private static final Set<String> BINDING = Set.of("", "strict", "restrictive");

    private final Set<Set<Integer>> bound = new LinkedHashSet<>();
    private boolean chosen;

    /** {@code <memory>}: of the whole guest. */
    void whole(String mode, String nodeset, String placement) {
        if (BINDING.contains(mode)) {
            chosen = placement.equals("auto");
            part(mode, nodeset);
        }
    }

    /** {@code <memnode>}: of one of its own nodes. */
    void part(String mode, String nodeset) {
        if (BINDING.contains(mode) && !nodeset.isEmpty()) {
            bound.add(NumberList.parse(nodeset));
        }
    }

    /** Each set of nodes that something of it is bound to. */
    List<Set<Integer>> bound() {
        return new ArrayList<>(bound);
    }

    /** libvirt asked numad for its nodes when it was started. */
    boolean chosen() {
        return chosen;
    }
}
