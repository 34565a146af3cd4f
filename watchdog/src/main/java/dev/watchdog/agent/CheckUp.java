package dev.watchdog.agent;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Bus;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.linux.HostClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * One pass over every domain, with or without an agent on the host: nothing is deployed, written or mended.
 *
 * @param findings of all domains, but for wishes: nothing is wrong then
 * @param blind why a domain could not be looked at, by its name
 * @param sources where the domains looked, and who answered
 * @param names what people call the subjects, where they call them anything
 */
public record CheckUp(
        List<Finding> findings, Map<String, String> blind, List<SourceReport> sources, Map<Subject, String> names) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public CheckUp {
        findings = List.copyOf(findings);
        blind = Map.copyOf(blind);
        sources = List.copyOf(sources);
        names = Map.copyOf(names);
    }

    /** Looks at everything; blocks for up to half a minute for each domain. */
    public static CheckUp make(Configuration configuration, List<Domain> domains, HostClock clock) {
        List<Domain> enabled = OpenDomains.enabled(domains, configuration);
        Vertx vertx = VertxSetup.make();
        Bus bus = new Bus(vertx);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (OpenDomains open = new OpenDomains()) {
            Sections sections = configuration.sections();
            open.open(
                    enabled,
                    domain -> new DomainContext(vertx, clock, bus, meters, configuration.settingsOf(domain), sections));
            Map<String, String> blind = new LinkedHashMap<>(open.failures());
            List<CompletableFuture<List<Finding>>> looks =
                    open.runtimes().stream().map(DomainRuntime::check).toList();
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < looks.size(); i++) {
                String name = open.names().get(i);
                try {
                    findings.addAll(looks.get(i).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
                } catch (ExecutionException e) {
                    blind.put(name, OneLine.of(e));
                } catch (TimeoutException e) {
                    blind.put(name, "no answer within " + PATIENCE.toSeconds() + " s");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    blind.put(name, "interrupted");
                }
            }
            Set<String> wishes = enabled.stream()
                    .flatMap(domain -> domain.faultKinds().stream())
                    .filter(kind -> kind.nature() == Nature.WISH)
                    .map(FaultKind::name)
                    .collect(Collectors.toSet());
            findings.removeIf(finding -> wishes.contains(finding.kind()));
            List<SourceReport> sources = new ArrayList<>();
            open.runtimes().forEach(runtime -> sources.addAll(runtime.sourceReports()));
            Map<Subject, String> names = new HashMap<>();
            open.inventory().forEach(each -> names.put(each.subject(), each.name()));
            return new CheckUp(findings, blind, sources, names);
        } finally {
            meters.close();
            vertx.close().await();
        }
    }
}
