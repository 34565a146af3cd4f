package dev.watchdog.containers;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.MountPropagation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which order to mend several namespaces: what is mounted in a master appears in its slaves by itself, so masters
 * come first and each is looked at again just before its own turn (mount_namespaces(7), shared subtrees).
 */
final class Masters {
    private static final Pattern SHARED = Pattern.compile("\\bshared:(\\d+)");
    private static final Pattern MASTER = Pattern.compile("\\bmaster:(\\d+)");

    private Masters() {}

    static List<Sighting> first(List<Sighting> lost, String rootfs) throws IOException {
        if (lost.size() < 2) {
            return lost;
        }
        Map<Sighting, String> propagation = new HashMap<>();
        for (Sighting each : lost) {
            propagation.put(each, propagation(each.viewer().view(), rootfs));
        }
        return order(lost, propagation);
    }

    /** Repeatedly takes those that are slaves of none that is left; peer groups that circle end in the given order. */
    static <T> List<T> order(List<T> lost, Map<T, String> propagation) {
        List<T> left = new ArrayList<>(lost);
        List<T> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            T next = left.stream()
                    .filter(each -> left.stream()
                            .noneMatch(other -> other != each
                                    && isMaster(
                                            propagation.getOrDefault(other, ""), propagation.getOrDefault(each, ""))))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static boolean isMaster(String one, String other) {
        Matcher shared = SHARED.matcher(one);
        Matcher master = MASTER.matcher(other);
        return shared.find() && master.find() && shared.group(1).equals(master.group(1));
    }

    /** Of the mount that the rootfs path is on. */
    private static String propagation(View view, String rootfs) throws IOException {
        try (Descriptor parent = view.files().open(rootfs.substring(0, Math.max(1, rootfs.lastIndexOf('/'))))) {
            return parent == null ? "" : MountPropagation.of(view.pid(), parent);
        }
    }
}
