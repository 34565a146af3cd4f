package dev.watchdog.healing;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventNames;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What people call the subject of each event, for those who tell events to others: as its own evidence has it, or as it was
 * last heard of. A subject that went before the agent started has no name. Names are untrusted text.
 *
 * <p>Safe to use from any thread; asks the inventories at most every {@link #LOOK_EVERY}, and never blocks on anything else.
 */
public final class KnownNames {
    /** So many subjects' names are remembered; those that were not asked for longest are forgotten. */
    static final int MOST = 4_096;

    /** A name that is not known may be known so much later, and one that was changed is old for so long. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final String host;
    private final LiveState live;
    private final Supplier<List<DomainRuntime>> runtimes;
    private final HostClock clock;
    private final Map<Subject, String> names = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, String> eldest) {
            return size() > MOST;
        }
    };
    private @Nullable Duration looked;

    /**
     * Knows nothing yet.
     *
     * @param host what people call the host
     * @param runtimes the domains that are set up now; quick
     */
    public KnownNames(String host, LiveState live, Supplier<List<DomainRuntime>> runtimes, HostClock clock) {
        this.host = host;
        this.live = live;
        this.runtimes = runtimes;
        this.clock = clock;
    }

    /** What the host and the subject of this event are called. */
    public synchronized EventNames of(Event event) {
        Subject subject = event.subject();
        if (subject.equals(Subject.HOST)) {
            return new EventNames(host, host);
        }
        Evidence evidence = evidence(event.data());
        String told = evidence == null ? "" : SubjectNames.of(evidence);
        if (!told.isEmpty()) {
            names.put(subject, told);
            return new EventNames(host, told);
        }
        look();
        return new EventNames(host, names.getOrDefault(subject, ""));
    }

    private static @Nullable Evidence evidence(EventData data) {
        if (data instanceof FaultRaised raised) {
            return raised.evidence();
        }
        return data instanceof ActionEvent.Started started ? started.plan() : null;
    }

    private void look() {
        Duration now = clock.now().sinceBoot();
        if (looked != null && now.minus(looked).compareTo(LOOK_EVERY) < 0) {
            return;
        }
        looked = now;
        live.healer().faults().forEach(fault -> remember(fault.subject(), SubjectNames.of(fault.evidence())));
        for (DomainRuntime runtime : runtimes.get()) {
            runtime.inventory().forEach(watched -> remember(watched.subject(), watched.name()));
        }
    }

    private void remember(Subject subject, String name) {
        if (!name.isEmpty()) {
            names.put(subject, name);
        }
    }
}
