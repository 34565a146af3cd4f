package dev.watchdog.containers;

import dev.watchdog.docker.EngineInfo;
import dev.watchdog.events.Evidence;
import dev.watchdog.linux.Attribution;
import dev.watchdog.linux.ErrnoException;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountDeed;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.ProcessClaims;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.UniqueMountId;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the evidence of a lost root what somebody needs to know later who did it and why: who detached the mount, since
 * when each of its viewers runs and in which unit, and how its engine is set up. Reads a few small files of /proc.
 */
final class Witness {
    static final String EXITED = "already exited";
    /** The look may come before the kernel has queued its event, by microseconds. */
    private static final Duration WAIT = Duration.ofMillis(2);
    /** After a wait in vain nobody waits for so long: a hundred roots lost at once must not wait a hundred times. */
    private static final Duration IMPATIENCE = Duration.ofMillis(100);

    private final HostClock clock;
    private volatile Duration patientFrom = Duration.ZERO;
    private final MountEvents events;
    private final RootMounts mounts;
    /** How an engine is set up, by the name of its source. */
    private final Function<String, Optional<EngineInfo>> engines;

    Witness(HostClock clock, MountEvents events, RootMounts mounts, Function<String, Optional<EngineInfo>> engines) {
        this.clock = clock;
        this.events = events;
        this.mounts = mounts;
        this.engines = engines;
    }

    /** On the resident thread that saw it. */
    Evidence testify(Evidence evidence, Watched watched, Verdict.Lost lost) {
        List<Map<String, Object>> lostBy = new ArrayList<>();
        List<Map<String, Object>> coveredBy = new ArrayList<>();
        for (Sighting each : lost.wrong()) {
            long namespace = each.viewer().view().namespace();
            if (each.state() == Sighting.State.DEAD) {
                // nobody detached it
                continue;
            }
            if (each.state().isCovered()) {
                coveredBy.add(told(namespace, attached(each, watched)));
            } else {
                lostBy.add(told(namespace, detached(watched, namespace)));
            }
        }
        Evidence more = lostBy.isEmpty() ? evidence : evidence.with("lostBy", lostBy);
        more = coveredBy.isEmpty() ? more : more.with("coveredBy", coveredBy);
        more = more.with("kernel", System.getProperty("os.version", "unknown"));
        String started = started(watched.init().pid());
        more = started == null ? more : more.with("containerStartedAt", started);
        EngineInfo engine = engines.apply(watched.container().source()).orElse(null);
        return engine == null ? more : more.with("engine", engine(engine));
    }

    private Attribution detached(Watched watched, long namespace) {
        long mount = mounts.of(watched.container().id(), namespace);
        if (mount == UniqueMountId.UNKNOWN && events.unavailable() == null) {
            return new Attribution.NotKnown("its root was never seen mounted there by the agent");
        }
        boolean patient = clock.now().sinceBoot().compareTo(patientFrom) >= 0;
        Attribution who = events.whoDetached(namespace, mount, patient ? WAIT : Duration.ZERO);
        if (patient && who instanceof Attribution.NotKnown && events.unavailable() == null) {
            patientFrom = clock.now().sinceBoot().plus(IMPATIENCE);
        }
        return who;
    }

    private Attribution attached(Sighting sighting, Watched watched) {
        try {
            RootView files = sighting.viewer().view().files();
            String at = sighting.state() == Sighting.State.HIDDEN
                    ? Cover.place(files, watched.mountPoint())
                    : watched.rootfs();
            long mount = UniqueMountId.of(files, at);
            return events.whoAttached(sighting.viewer().view().namespace(), mount);
        } catch (ErrnoException | IllegalStateException e) {
            return new Attribution.NotKnown(String.valueOf(e.getMessage()));
        }
    }

    static Map<String, Object> told(long namespace, Attribution attribution) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("mountNamespace", namespace);
        if (attribution instanceof Attribution.NotKnown unknown) {
            told.put("notKnown", unknown.why());
            return told;
        }
        MountDeed deed = ((Attribution.Known) attribution).deed();
        ProcessClaims by = deed.by();
        told.put("at", deed.at().wall().toString());
        told.put("pid", deed.pid());
        told.put("name", orExited(by.name()));
        if (by.parent() > 0) {
            told.put("parentPid", by.parent());
        }
        told.put("parentName", orExited(by.parentName()));
        if (by.mountNamespace() > 0) {
            told.put("fromMountNamespace", by.mountNamespace());
        }
        told.put("cgroup", orExited(by.cgroup()));
        return told;
    }

    private static String orExited(@Nullable String text) {
        return text == null ? EXITED : text;
    }

    /** Who it is that sees what it sees. */
    Map<String, Object> viewer(Sighting sighting, Watched watched) {
        View view = sighting.viewer().view();
        Map<String, Object> facts = new LinkedHashMap<>();
        ProcessClaims claims = ProcessClaims.of(view.pid());
        facts.put("name", orExited(claims.name()));
        facts.put("cgroup", orExited(claims.cgroup()));
        String started = started(view.pid());
        if (started != null) {
            facts.put("startedAt", started);
        }
        if (sighting.state() == Sighting.State.MISSING) {
            facts.put("layerDirectory", hasLayer(view, watched) ? "present" : "missing");
        }
        return facts;
    }

    private static boolean hasLayer(View view, Watched watched) {
        String rootfs = watched.rootfs();
        try {
            return view.files().look(rootfs.substring(0, Math.max(1, rootfs.lastIndexOf('/')))) != null;
        } catch (ErrnoException | IllegalStateException e) {
            return true;
        }
    }

    private static Map<String, Object> engine(EngineInfo engine) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", engine.version());
        facts.put("storageDriver", engine.driver());
        facts.put("dataRoot", engine.dataRoot());
        facts.put("liveRestore", engine.liveRestore());
        return facts;
    }

    /** To the millisecond: an engine is restarted within the second in which it started a container. */
    private @Nullable String started(int pid) {
        Moment now = clock.now();
        try {
            return now.wall()
                    .minus(now.sinceBoot())
                    .plus(Processes.startedAfterBoot(pid))
                    .truncatedTo(ChronoUnit.MILLIS)
                    .toString();
        } catch (IOException e) {
            return null;
        }
    }
}
