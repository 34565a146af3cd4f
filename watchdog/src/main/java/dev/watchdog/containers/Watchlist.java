package dev.watchdog.containers;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.Processes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The containers under watch, those that cannot be watched, and what is claimed of others by who is not proven, which is
 * only shown. Written by the detector's verticle alone, read from any
 * thread.
 */
final class Watchlist {
    /**
     * A container that is known to run and cannot be watched, and why.
     *
     * @param forsaken its engine says that it has ended
     */
    record Unwatched(RunningContainer container, String why, boolean forsaken) {
        Unwatched(RunningContainer container, String why) {
            this(container, why, false);
        }

        /** There is nothing to see, rather than nothing that could be seen. */
        boolean isLeftAlone() {
            return forsaken || (container.unsupported() == null && container.layer() instanceof Layer.LeftAlone);
        }
    }

    /** The state of a container whose root is where it belongs. */
    private static final String HEALTHY = "healthy";

    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Map<String, Unwatched> unwatched = new ConcurrentHashMap<>();
    private final Map<String, String> states = new ConcurrentHashMap<>();
    /** By source. */
    private final Map<String, List<Unwatched>> claimed = new ConcurrentHashMap<>();

    private final Consumer<String> forgotten;

    /** @param forgotten told of each container that is dropped */
    Watchlist(Consumer<String> forgotten) {
        this.forgotten = forgotten;
    }

    /** Puts it in place of what was known of it; not if that has been let go of while this was being found out. */
    void put(Watched container) {
        if (container.init().isClosed()) {
            return;
        }
        Watched old = watched.put(container.container().id(), container);
        if (old != null && old.init() != container.init()) {
            old.init().close();
        }
        unwatched.remove(container.container().id());
    }

    /**
     * Puts it in place of what was known of it. One that is under watch stays so while its first process lives, whoever
     * tells otherwise; and that it is to be left alone is not taken from anybody but the source that told of it.
     *
     * @return false when nothing was changed
     */
    boolean put(Unwatched container) {
        String id = container.container().id();
        Watched known = watched.get(id);
        if (known != null && (known.init().pid() == container.container().pid() || lives(known))) {
            return false;
        }
        Unwatched other = unwatched.get(id);
        if (other != null
                && container.isLeftAlone()
                && !other.isLeftAlone()
                && !other.container().source().equals(container.container().source())) {
            return false;
        }
        drop(id);
        unwatched.put(id, container);
        return true;
    }

    /** One whose engine says that it has ended is not watched any more, though it lives. */
    void forsake(Unwatched container) {
        drop(container.container().id());
        unwatched.put(container.container().id(), container);
    }

    private static boolean lives(Watched known) {
        try {
            return !known.init().exited();
        } catch (ErrnoException e) {
            return true;
        } catch (IllegalStateException e) {
            // it was let go of this moment
            return false;
        }
    }

    /** What somebody who is not proven claims of a source, in place of what was claimed of it before. */
    void claim(String source, List<RunningContainer> containers) {
        if (containers.isEmpty()) {
            claimed.remove(source);
        } else {
            claimed.put(source, containers.stream().map(Watchlist::claim).toList());
        }
    }

    private static Unwatched claim(RunningContainer container) {
        return new Unwatched(container, container.layer() instanceof Layer.LeftAlone alone ? alone.why() : "");
    }

    /** Forgets what is left alone, or only claimed, and has ended: nobody looks at those otherwise. */
    void forgetEnded() {
        unwatched.values().stream()
                .filter(each -> each.isLeftAlone() && !lives(each))
                .map(each -> each.container().id())
                .toList()
                .forEach(this::drop);
        claimed.replaceAll((source, containers) ->
                containers.stream().filter(Watchlist::lives).toList());
    }

    /** As far as its number tells. */
    static boolean lives(Unwatched container) {
        return Processes.exists(container.container().pid());
    }

    /** Forgets it and lets go of its process. */
    void drop(String id) {
        Watched old = watched.remove(id);
        if (old != null) {
            old.init().close();
        }
        unwatched.remove(id);
        states.remove(id);
        forgotten.accept(id);
    }

    @Nullable Watched find(String id) {
        return watched.get(id);
    }

    /** This very life of the container is the one that is under watch. */
    boolean isThis(Watched life) {
        Watched now = watched.get(life.container().id());
        return now != null && now.init() == life.init();
    }

    /** Those of them that are under watch. */
    List<Watched> find(Set<String> ids) {
        return ids.stream().map(watched::get).filter(Objects::nonNull).toList();
    }

    /** Who tells of a container; empty when nobody does. */
    String source(String id) {
        Watched one = watched.get(id);
        Unwatched other = unwatched.get(id);
        return one != null
                ? one.container().source()
                : other == null ? "" : other.container().source();
    }

    /** What is known to run and is not watched; null when it is watched, or nothing is known of it. */
    @Nullable Unwatched unwatched(String id) {
        Unwatched known = unwatched.get(id);
        return known != null || watched.containsKey(id)
                ? known
                : claimed.values().stream()
                        .flatMap(List::stream)
                        .filter(each -> each.container().id().equals(id))
                        .findFirst()
                        .orElse(null);
    }

    boolean knows(String id) {
        return watched.containsKey(id) || unwatched.containsKey(id);
    }

    /** Without what is only claimed. */
    int size() {
        return watched.size() + unwatched.size();
    }

    Collection<Watched> all() {
        return List.copyOf(watched.values());
    }

    /** Those whose roots are seen in one of these mount namespaces. */
    List<Watched> seenIn(Set<Long> namespaces) {
        List<Watched> seen = new ArrayList<>(watched.size());
        for (Watched each : watched.values()) {
            if (each.isSeenIn(namespaces)) {
                seen.add(each);
            }
        }
        return seen;
    }

    /** The mount namespaces that roots are seen in. */
    Set<Long> namespaces() {
        Set<Long> namespaces = new HashSet<>();
        for (Watched each : watched.values()) {
            each.viewers().forEach(viewer -> namespaces.add(viewer.view().namespace()));
        }
        return namespaces;
    }

    /** Those of one source. */
    Set<String> ids(String source) {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        watched.values().stream()
                .filter(each -> each.container().source().equals(source))
                .forEach(each -> ids.add(each.container().id()));
        unwatched.values().stream()
                .filter(each -> each.container().source().equals(source))
                .forEach(each -> ids.add(each.container().id()));
        return ids;
    }

    /** Those that cannot be watched but might be when looked at again. */
    List<Unwatched> doubtful() {
        return unwatched.values().stream()
                .filter(each -> !each.isLeftAlone() && each.container().unsupported() == null)
                .toList();
    }

    /** Those that run and should not be left to themselves: the doubtful ones, and those that their engine forsook. */
    List<Unwatched> worthTelling() {
        return Stream.concat(doubtful().stream(), unwatched.values().stream().filter(Unwatched::forsaken))
                .toList();
    }

    /** Remembers the last state; true if it is another than before. */
    boolean state(String id, Finding finding) {
        String state = word(finding);
        return !state.equals(states.put(id, state));
    }

    private static String word(Finding finding) {
        if (finding instanceof Finding.Faulty) {
            return "faulty";
        }
        return finding instanceof Finding.Healthy ? HEALTHY : "unknown";
    }

    /** Its last state. */
    boolean isHealthy(String id) {
        return HEALTHY.equals(states.get(id));
    }

    List<WatchedSubject> inventory() {
        List<WatchedSubject> lines = new ArrayList<>();
        watched.values()
                .forEach(each -> lines.add(new WatchedSubject(
                        each.subject(),
                        each.container().name(),
                        states.getOrDefault(each.container().id(), "unknown"),
                        Map.of(
                                "engine", each.container().source(),
                                "rootfs", each.rootfs(),
                                "namespaces", String.valueOf(each.viewers().size())))));
        unwatched.values().forEach(each -> lines.add(line(each)));
        Set<String> listed = new HashSet<>();
        claimed.values().stream()
                .flatMap(List::stream)
                .filter(each -> !knows(each.container().id())
                        && listed.add(each.container().id()))
                .forEach(each -> lines.add(line(each)));
        return lines;
    }

    private static WatchedSubject line(Unwatched each) {
        return new WatchedSubject(
                new Subject(Watched.KIND, each.container().id()),
                each.container().name(),
                each.isLeftAlone() ? "left-alone" : "unknown",
                Map.of(
                        "engine", each.container().source(),
                        "rootfs", each.container().rootfs(),
                        "why", each.why()));
    }
}
