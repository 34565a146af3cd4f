package dev.watchdog.guests;

import dev.watchdog.guests.policy.HostSample.Heat;
import dev.watchdog.guests.policy.SharedLimit;
import dev.watchdog.linux.NumaNodes;
import dev.watchdog.linux.NumberList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees which NUMA nodes of the host a guest's memory must come from, and what those have. Confined to one thread. */
final class NodeSensor {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSensor.class);

    /** Memory that is added to a node that had none shows up when the agent starts anew. */
    private final Set<Integer> host;

    private final Path sys;
    private final Map<String, Set<Integer>> bound = new HashMap<>();

    NodeSensor(Path sys) {
        this.sys = sys;
        this.host = NumaNodes.withMemory(sys);
    }

    /**
     * What a guest is bound to.
     *
     * @param limit the name of its nodes' limit; empty when it may have memory of all nodes
     * @param obstacle why it cannot be told what a balloon does there; empty when it can
     */
    record Binding(String limit, String obstacle) {
        static final Binding NONE = new Binding("", "");
    }

    /** A new look begins. */
    void begin() {
        bound.clear();
    }

    /** @param allowed what its control group lets its process have; empty when that is not known */
    Binding bind(MemoryBacking backing, Set<Integer> allowed) {
        if (host.size() < 2) {
            return Binding.NONE;
        }
        Set<Set<Integer>> sets = new HashSet<>();
        backing.nodes().forEach(each -> sets.add(within(each)));
        sets.removeIf(each -> each.size() == host.size());
        Set<Integer> process = within(allowed);
        if (sets.size() > 1) {
            return new Binding("", Obstacles.SPLIT);
        }
        Set<Integer> nodes = new HashSet<>(process.isEmpty() ? host : process);
        sets.forEach(nodes::retainAll);
        if (nodes.isEmpty() || (backing.chosen() && sets.isEmpty() && process.isEmpty())) {
            return new Binding("", Obstacles.CHOSEN);
        }
        if (nodes.size() == host.size()) {
            return Binding.NONE;
        }
        String name = "NUMA nodes " + NumberList.text(nodes);
        bound.put(name, nodes);
        return new Binding(name, "");
    }

    private Set<Integer> within(Set<Integer> nodes) {
        Set<Integer> here = new HashSet<>(nodes);
        here.retainAll(host);
        return here;
    }

    /** What the nodes have that guests of this look are bound to; who is bound to others is given nothing. */
    List<SharedLimit> limits() {
        List<SharedLimit> limits = new ArrayList<>();
        bound.forEach((name, nodes) -> {
            try {
                NumaNodes.Memory memory = NumaNodes.read(sys, nodes);
                limits.add(new SharedLimit(name, memory.total(), memory.used(), Heat.COOL));
            } catch (IOException e) {
                LOG.debug("{} cannot be read: {}", name, e.getMessage());
            }
        });
        return limits;
    }
}
