package dev.watchdog.docker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which fields of an engine's answers are read: all others are left out before anything is made of them. Arrays are gone
 * through as if they were not there.
 */
final class WantedFields {
    /** One more level. */
    record Node(Map<String, Node> fields) {
        boolean isLeaf() {
            return fields.isEmpty();
        }
    }

    private static final Node VERSION = of("ApiVersion", "MinAPIVersion");
    private static final Node INFO =
            of("ID", "ServerVersion", "Driver", "DockerRootDir", "LiveRestoreEnabled", "SecurityOptions");
    private static final Node LISTED = of("Id", "Names");
    private static final Node INSPECTED = of(
            "Id",
            "Name",
            "Driver",
            "ResolvConfPath",
            "State.Pid",
            "State.Running",
            "State.Paused",
            "State.StartedAt",
            "GraphDriver.Name",
            "GraphDriver.Data.MergedDir",
            "GraphDriver.Data.UpperDir",
            "GraphDriver.Data.DeviceName",
            "GraphDriver.Data.Mountpoint",
            "GraphDriver.Data.Dataset",
            "HostConfig.ReadonlyRootfs",
            "HostConfig.Privileged",
            "HostConfig.CapAdd",
            "NetworkSettings.SandboxKey");
    private static final Node EVENT =
            of("status", "id", "Type", "Action", "Actor.ID", "Actor.Attributes.name", "time", "timeNano");

    private WantedFields() {}

    /** Those of the answer to a request; null when it is not JSON. */
    static @org.jspecify.annotations.Nullable Node of(String path) {
        String asked = path.replaceFirst("\\?.*", "").replaceFirst("^/v[0-9.]+/", "/");
        return switch (asked) {
            case "/version" -> VERSION;
            case "/info" -> INFO;
            case "/containers/json" -> LISTED;
            case "/events" -> EVENT;
            default -> asked.startsWith("/containers/") ? INSPECTED : null;
        };
    }

    private static Node of(String... paths) {
        Node root = new Node(new HashMap<>());
        for (String path : paths) {
            Node node = root;
            for (String name : List.of(path.split("\\.", -1))) {
                node = node.fields.computeIfAbsent(name, each -> new Node(new HashMap<>()));
            }
        }
        return root;
    }
}
