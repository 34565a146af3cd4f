package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a repair means to touch, durable before it does: enough for a successor to judge what a crashed agent left.
 *
 * @param rootfs the path
 * @param mountPoint where it, or what it is a directory of, is mounted
 * @param major and {@code minor} and {@code inode}: the identity of the container's root
 * @param initPid the container's first process
 * @param viewers the processes through which the namespaces are reached
 */
record Plan(String rootfs, String mountPoint, int major, int minor, long inode, int initPid, List<Place> viewers) {
    Plan {
        viewers = List.copyOf(viewers);
    }

    /** A namespace, and the process it was seen through. */
    record Place(String role, int pid, long namespace) {}

    static Plan of(Watched watched, Verdict.Lost lost) {
        return new Plan(
                watched.rootfs(),
                watched.mountPoint(),
                watched.identity().root().major(),
                watched.identity().root().minor(),
                watched.identity().root().inode(),
                watched.init().pid(),
                lost.wrong().stream()
                        .map(each -> new Place(
                                each.viewer().role(),
                                each.viewer().view().pid(),
                                each.viewer().view().namespace()))
                        .toList());
    }

    Evidence toEvidence() {
        List<Map<String, Object>> places = new ArrayList<>();
        viewers.forEach(place ->
                places.add(Map.of("role", place.role(), "pid", place.pid(), "mountNamespace", place.namespace())));
        return Evidence.of((mountPoint.equals(rootfs)
                                ? "clone the container's own root mount onto "
                                : "mount the container's own device on ")
                        + mountPoint + " in " + viewers.size()
                        + (viewers.size() == 1 ? " namespace" : " namespaces"))
                .with("rootfs", rootfs)
                .with("mountPoint", mountPoint)
                .with("device", major + ":" + minor)
                .with("inode", inode)
                .with("initPid", initPid)
                .with("viewers", places);
    }

    /** @throws IllegalArgumentException if this is not the plan of a repair */
    static Plan from(Evidence evidence) {
        try {
            Map<String, Object> facts = evidence.facts();
            String[] device = String.valueOf(facts.get("device")).split(":", 2);
            List<Place> places = new ArrayList<>();
            for (Object each : (List<?>) need(facts, "viewers")) {
                Map<?, ?> place = (Map<?, ?>) each;
                places.add(new Place(
                        String.valueOf(place.get("role")),
                        number(place, "pid").intValue(),
                        number(place, "mountNamespace").longValue()));
            }
            String rootfs = String.valueOf(need(facts, "rootfs"));
            return new Plan(
                    rootfs,
                    // plans of the first version have none
                    String.valueOf(facts.getOrDefault("mountPoint", rootfs)),
                    Integer.parseInt(device[0]),
                    Integer.parseInt(device[1]),
                    number(facts, "inode").longValue(),
                    number(facts, "initPid").intValue(),
                    places);
        } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("not the plan of a repair: " + evidence.summary(), e);
        }
    }

    private static Object need(Map<?, ?> facts, String name) {
        Object value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the plan of a repair has no " + name);
        }
        return value;
    }

    private static Number number(Map<?, ?> facts, String name) {
        return (Number) need(facts, name);
    }
}
