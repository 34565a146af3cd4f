package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Proposal;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.MountFilter;
import dev.watchdog.linux.MountTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts a verdict into the healer's words. */
final class RootFindings {
    static final FaultKind LOST = new FaultKind(
            "container.rootfs-lost", Watched.KIND, Severity.ERROR, "a running container's rootfs mount has vanished");
    static final FaultKind AT_RISK = new FaultKind(
            "container.rootfs-at-risk",
            EngineSetup.KIND,
            Severity.WARN,
            "the next restart of an engine will break its running containers");
    static final FaultKind LEFT_ALONE = new FaultKind(
            "container.left-alone",
            Watched.KIND,
            Severity.WARN,
            "a running container is left alone: it is not proven what it is or who looks after it",
            Nature.RECURRING);
    static final ActionKind RESTORE = new ActionKind(
            "container.restore-rootfs", Duration.ofSeconds(10), "mount the container's own root back where it was");

    /** Who mounted it chose its source, and how deep its root lies. */
    private static final int LONGEST_COVER = 1_000;

    private RootFindings() {}

    /**
     * The finding of one look.
     *
     * @param mending what can be done on this host
     */
    static Finding of(
            Watched watched, Verdict verdict, Moment signalled, Moment seen, Mending mending, Witness witness) {
        if (verdict instanceof Verdict.Lost lost) {
            String obstacle = mending.obstacle(watched.identity(), lost);
            Mending.Means means = mending.means(watched.identity());
            Evidence evidence = evidence(watched, lost, witness);
            return new Finding.Faulty(
                    watched.subject(),
                    LOST.name(),
                    obstacle == null ? evidence : evidence.with("notMended", obstacle),
                    obstacle == null && means != null
                            ? new Proposal(
                                    RESTORE.name(), Plan.of(watched, lost).toEvidence(means))
                            : null,
                    signalled,
                    seen);
        }
        if (verdict instanceof Verdict.Gone) {
            return new Finding.Gone(watched.subject(), LOST.name(), seen);
        }
        return verdict instanceof Verdict.Unknown unknown
                ? new Finding.Unknown(watched.subject(), LOST.name(), unknown.why(), seen)
                : new Finding.Healthy(watched.subject(), LOST.name(), seen);
    }

    static String summary(Watched watched, Verdict.Lost lost) {
        return watched.mountPoint() + ": "
                + lost.wrong().stream()
                        .map(each -> each.state().words() + " for the "
                                + each.viewer().role())
                        .collect(Collectors.joining(", "));
    }

    private static Evidence evidence(Watched watched, Verdict.Lost lost, Witness witness) {
        List<Map<String, Object>> views = new ArrayList<>();
        for (Sighting each : lost.sightings()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("role", each.viewer().role());
            view.put("pid", each.viewer().view().pid());
            view.put("mountNamespace", each.viewer().view().namespace());
            view.put("sees", each.state().words());
            view.putAll(witness.viewer(each, watched));
            if (each.state().isCovered()) {
                view.put("coveredBy", covering(each));
            }
            views.add(view);
        }
        Evidence seen = Evidence.of(summary(watched, lost))
                .with("rootfs", watched.rootfs())
                .with("containerName", watched.container().name())
                .with("source", watched.container().source())
                .with("initPid", watched.init().pid())
                .with("views", views);
        return witness.testify(seen, watched, lost);
    }

    /** What is mounted over it. */
    private static String covering(Sighting sighting) {
        if (sighting.status() == null) {
            return "unknown";
        }
        try {
            long id = sighting.status().mountId();
            MountEntry mount = MountTable.of(sighting.viewer().view().pid(), MountFilter.byId(id))
                    .byId(id);
            String told = mount == null ? "unknown" : mount.type() + " " + mount.source() + " " + mount.root();
            return told.length() <= LONGEST_COVER ? told : told.substring(0, LONGEST_COVER) + "…";
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
