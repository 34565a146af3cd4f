package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence of a lost root tells of its cause, typed. Made from evidence of any age and of any host: what is not
 * there, or is not what it should be, is empty.
 *
 * @param started when the container's first process began
 * @param engineVersion empty when the engine did not tell
 */
record LossFacts(
        List<Viewer> viewers,
        List<Doer> lostBy,
        List<Doer> coveredBy,
        @Nullable Instant started,
        String engineVersion,
        boolean liveRestore) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    /**
     * Who must see the root, and what is seen instead.
     *
     * @param layerGone the directory above the rootfs path is missing as well
     */
    record Viewer(
            String role,
            long pid,
            long namespace,
            String name,
            String sees,
            @Nullable Instant started,
            boolean layerGone) {
        boolean is(String asked) {
            return List.of(role.split("\\+", -1)).contains(asked);
        }

        boolean sees(Sighting.State state) {
            return sees.equals(state.words());
        }

        boolean isWrong() {
            return !sees(Sighting.State.PRESENT);
        }
    }

    /**
     * Who did it in one namespace.
     *
     * @param from the mount namespace it was in; 0 when that is not known
     * @param parentPid 0 when that is not known (a text in evidence of old versions)
     * @param notKnown why that cannot be told; empty when it can
     */
    record Doer(
            long namespace,
            long from,
            long pid,
            String name,
            long parentPid,
            String parentName,
            String cgroup,
            String at,
            String notKnown) {
        boolean isKnown() {
            return notKnown.isEmpty() && pid > 0;
        }

        /** It was in another mount namespace than the one that lost its mount. */
        boolean isElsewhere() {
            return from > 0 && from != namespace;
        }
    }

    LossFacts {
        viewers = List.copyOf(viewers);
        lostBy = List.copyOf(lostBy);
        coveredBy = List.copyOf(coveredBy);
    }

    static LossFacts of(Evidence evidence) {
        Map<String, Object> facts = evidence.facts();
        Map<?, ?> engine = facts.get("engine") instanceof Map<?, ?> map ? map : Map.of();
        return new LossFacts(
                maps(facts, "views").stream().map(LossFacts::viewer).toList(),
                maps(facts, "lostBy").stream().map(LossFacts::doer).toList(),
                maps(facts, "coveredBy").stream().map(LossFacts::doer).toList(),
                instant(facts.get("containerStartedAt")),
                text(engine, "version"),
                Boolean.TRUE.equals(engine.get("liveRestore")));
    }

    List<Viewer> wrong() {
        return viewers.stream().filter(Viewer::isWrong).toList();
    }

    Optional<Viewer> viewer(String role) {
        return viewers.stream().filter(each -> each.is(role)).findFirst();
    }

    /** The first of those who did it that is known. */
    Optional<Doer> doer() {
        return lostBy.stream().filter(Doer::isKnown).findFirst();
    }

    /** The engine lives in another mount namespace than the shim. */
    boolean isApart() {
        Optional<Viewer> engine = viewer("engine");
        Optional<Viewer> shim = viewer("shim");
        return engine.isPresent()
                && shim.isPresent()
                && engine.get().namespace() != shim.get().namespace();
    }

    /** The engine began after the container did: it was restarted while the container lived on. */
    boolean isEngineYounger() {
        Instant engine = viewer("engine").map(Viewer::started).orElse(null);
        return engine != null && started != null && engine.isAfter(started);
    }

    /** The engine's version is known and older than this one. */
    boolean isOlderThan(int major, int minor, int patch) {
        Matcher matcher = VERSION.matcher(engineVersion);
        if (!matcher.matches()) {
            return false;
        }
        int[] is = {number(matcher, 1), number(matcher, 2), number(matcher, 3)};
        return java.util.Arrays.compare(is, new int[] {major, minor, patch}) < 0;
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    private static Viewer viewer(Map<?, ?> view) {
        return new Viewer(
                text(view, "role"),
                number(view, "pid"),
                number(view, "mountNamespace"),
                text(view, "name"),
                text(view, "sees"),
                instant(view.get("startedAt")),
                text(view, "layerDirectory").equals("missing"));
    }

    private static Doer doer(Map<?, ?> doer) {
        return new Doer(
                number(doer, "mountNamespace"),
                number(doer, "fromMountNamespace"),
                number(doer, "pid"),
                text(doer, "name"),
                number(doer, "parentPid"),
                text(doer, "parentName"),
                text(doer, "cgroup"),
                text(doer, "at"),
                text(doer, "notKnown"));
    }

    private static List<Map<?, ?>> maps(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(each -> (Map<?, ?>) each)
                        .toList()
                : List.of();
    }

    private static String text(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value == null ? "" : value.toString();
    }

    private static long number(Map<?, ?> map, String name) {
        return map.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        try {
            return value == null ? null : Instant.parse(value.toString());
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
