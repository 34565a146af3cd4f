package dev.watchdog.cli;

import dev.watchdog.events.Subject;
import dev.watchdog.healing.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One finding of a check, as it is shown.
 *
 * @param name what people call the subject, or what is short enough of its id
 * @param state {@code faulty}, {@code warning}, {@code unknown}, {@code left-alone} or {@code healthy}
 */
record CheckLine(String subject, String name, String kind, String state, String summary) {
    static final String WARNING = "warning";

    /**
     * Of a finding; empty for what has gone.
     *
     * @param isFault whether a kind is more than a warning
     */
    static Optional<CheckLine> of(Finding finding, Map<Subject, String> names, Predicate<String> isFault) {
        String subject = finding.subject().toString();
        String name = Ids.name(subject, names.getOrDefault(finding.subject(), ""));
        String kind = finding.kind();
        if (finding instanceof Finding.Faulty faulty) {
            String state = isFault.test(kind) ? "faulty" : WARNING;
            return Optional.of(
                    new CheckLine(subject, name, kind, state, faulty.evidence().summary()));
        }
        if (finding instanceof Finding.Unknown unknown) {
            String state = unknown.leftAlone() ? "left-alone" : "unknown";
            return Optional.of(new CheckLine(subject, name, kind, state, unknown.why()));
        }
        return finding instanceof Finding.Healthy
                ? Optional.of(new CheckLine(subject, name, kind, "healthy", ""))
                : Optional.empty();
    }

    /** Of a domain that could not be looked at. */
    static CheckLine blind(String domain, String why) {
        return new CheckLine("domain " + domain, "domain " + domain, "", "unknown", why);
    }

    List<String> cells() {
        return List.of(name, kind, state, summary, subject);
    }

    Map<String, String> json() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("subject", subject);
        fields.put("name", name);
        fields.put("kind", kind);
        fields.put("state", state);
        fields.put("summary", summary);
        return fields;
    }
}
