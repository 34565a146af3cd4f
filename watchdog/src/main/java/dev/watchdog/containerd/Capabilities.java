package dev.watchdog.containerd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The capabilities that a runtime gave to a container's first process, as its configuration lists them: {@code
 * process.capabilities} of an OCI bundle, {@code config.capabilities} of runc's state. Those that the process has now
 * tell less: it may have dropped what others in the container have kept.
 */
public final class Capabilities {
    /** The one that mounting takes, capabilities(7). */
    private static final String MOUNTS = "CAP_SYS_ADMIN";

    /** Of the OCI runtime specification (config.md, Linux process), and as runc's state.json writes them. */
    private static final List<String> SETS = Stream.of("bounding", "effective", "inheritable", "permitted", "ambient")
            .flatMap(set -> Stream.of(set, Character.toUpperCase(set.charAt(0)) + set.substring(1)))
            .toList();

    private Capabilities() {}

    /**
     * What {@link JsonFields} is to read for {@link #mayMount}.
     *
     * @param holder the names that lead to the sets
     */
    public static List<List<String>> wanted(List<String> holder) {
        return SETS.stream().map(set -> place(holder, set)).toList();
    }

    /**
     * Whether they let a container mount, or do not tell: without a list a runtime takes nothing away.
     *
     * @param told what was read
     * @param holder the names that lead to the sets
     */
    public static boolean mayMount(Map<List<String>, String> told, List<String> holder) {
        boolean any = false;
        for (String set : SETS) {
            String capabilities = told.get(place(holder, set));
            if (capabilities == null) {
                continue;
            }
            any = true;
            if (!JsonFields.isList(capabilities)
                    || JsonFields.list(capabilities).stream().anyMatch(MOUNTS::equalsIgnoreCase)) {
                return true;
            }
        }
        return !any;
    }

    private static List<String> place(List<String> holder, String set) {
        List<String> place = new ArrayList<>(holder);
        place.add(set);
        return List.copyOf(place);
    }
}
