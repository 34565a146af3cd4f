package dev.watchdog.agent;

import dev.watchdog.healing.LiveState;
import dev.watchdog.journal.Journal;
import dev.watchdog.web.Health;
import java.time.Duration;
import java.util.List;

/** What the probes are told. From memory; any thread. */
final class Vitals implements Health {
    /** An event loop that did nothing for so long is stuck; a restart helps. */
    private static final Duration STUCK = Duration.ofSeconds(15);

    private final Journal journal;
    private final LiveState live;
    private final Supervisor supervisor;
    private final Resources resources;
    private volatile boolean serving;

    Vitals(Journal journal, LiveState live, Supervisor supervisor, Resources resources) {
        this.journal = journal;
        this.live = live;
        this.supervisor = supervisor;
        this.resources = resources;
    }

    /** All is deployed, or about to be taken down. */
    void serving(boolean now) {
        serving = now;
    }

    @Override
    public List<Check> live() {
        return List.of(check("event-loops", supervisor.stuck(STUCK), "stuck: "));
    }

    @Override
    public List<Check> ready() {
        return List.of(
                new Check("started", serving, serving ? "all is deployed" : "starting or stopping"),
                new Check("deciding", live.ready(), live.ready() ? "the healer decides" : "the state is being read"),
                new Check(
                        "journal",
                        journal.writable(),
                        journal.writable() ? "writable" : "cannot be written: nothing is started until it can"),
                check("core-units", supervisor.down(true), "down: "),
                check("resources", List.copyOf(resources.shortages().values()), "short: "));
    }

    private static Check check(String name, List<String> bad, String prefix) {
        return new Check(name, bad.isEmpty(), bad.isEmpty() ? "fine" : prefix + String.join(", ", bad));
    }
}
