package dev.watchdog.agent;

import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Unit;
import dev.watchdog.healing.WatchedSubject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The domains that take part and were set up. Safe to read from any thread. */
public final class OpenDomains implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenDomains.class);

    private final List<DomainRuntime> runtimes = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /** The domains that the configuration does not turn off. */
    public static List<Domain> enabled(List<Domain> domains, Configuration configuration) {
        return domains.stream()
                .filter(domain -> Domains.enabled(configuration.settingsOf(domain)) != Enabled.FALSE)
                .toList();
    }

    /** Sets them up, one after the other; one that cannot be set up costs the others nothing. */
    public void open(List<Domain> domains, Function<Domain, DomainContext> context) {
        for (Domain domain : domains) {
            try {
                runtimes.add(domain.open(context.apply(domain)));
                names.add(domain.name());
            } catch (RuntimeException e) {
                LOG.error("the domain {} cannot be set up: {}", domain.name(), OneLine.of(e), e);
                failures.put(domain.name(), OneLine.of(e));
            }
        }
    }

    /** Those that are set up. */
    public List<DomainRuntime> runtimes() {
        return Collections.unmodifiableList(runtimes);
    }

    /** Their names, in the same order. */
    List<String> names() {
        return Collections.unmodifiableList(names);
    }

    /** Why others are not, by name. */
    public Map<String, String> failures() {
        return Map.copyOf(failures);
    }

    List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        runtimes.forEach(runtime -> units.addAll(runtime.units()));
        return units;
    }

    /** How many subjects of each kind are watched. */
    Map<String, Integer> subjects() {
        Map<String, Integer> counts = new HashMap<>();
        for (DomainRuntime runtime : runtimes) {
            runtime.subjects().forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
        }
        return counts;
    }

    /** Everything that is watched. */
    List<WatchedSubject> inventory() {
        return runtimes.stream()
                .flatMap(runtime -> runtime.inventory().stream())
                .toList();
    }

    @Override
    public void close() {
        List<DomainRuntime> last = new ArrayList<>(runtimes);
        Collections.reverse(last);
        runtimes.clear();
        for (DomainRuntime runtime : last) {
            try {
                runtime.close();
            } catch (RuntimeException e) {
                LOG.warn("a domain did not close well: {}", OneLine.of(e), e);
            }
        }
    }
}
