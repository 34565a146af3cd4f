package dev.watchdog.agent;

import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Sections;
import dev.watchdog.healing.VerbKind;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration: the defaults, over them the file, over that the {@code WATCHDOG_*} variables.
 *
 * @param domains each domain's own record, by the domain's name
 * @param values every value and where it came from
 */
public record Configuration(Settings settings, Map<String, Record> domains, List<ConfigValue> values) {
    /** Where the file is looked for when {@code --config} names none; it may be missing. */
    public static final Path USUAL_FILE = Path.of("/etc/watchdog/watchdog.yaml");

    private static final String DOMAINS = "domains";

    /** What the start script and the logging read; they are not part of the configuration. */
    private static final Set<String> OTHERS =
            Set.of("WATCHDOG_LOG_LEVEL", "WATCHDOG_JAVA_OPTS", "WATCHDOG_HOME", "WATCHDOG_NO_ARCHIVE");

    /** What Kubernetes sets in every pod of a namespace that has a service called watchdog. */
    private static final Pattern SERVICE_LINKS =
            Pattern.compile("WATCHDOG_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

    public Configuration {
        domains = Map.copyOf(domains);
        values = List.copyOf(values);
    }

    /**
     * Reads it all.
     *
     * @param file as {@code --config} says; null for {@link #USUAL_FILE} if it is there
     * @throws ConfigurationException with everything that is wrong
     */
    public static Configuration load(@Nullable Path file, Map<String, String> environment, List<Domain> known) {
        return load(file, USUAL_FILE, environment, known);
    }

    /** @param usual the file that need not be there; a symlink that leads nowhere is there */
    static Configuration load(@Nullable Path file, Path usual, Map<String, String> environment, List<Domain> known) {
        List<Problem> problems = new ArrayList<>();
        Raw.Fields written = file != null || Files.exists(usual, LinkOption.NOFOLLOW_LINKS)
                ? YamlFile.read(file != null ? file : usual, problems)
                : new Raw.Fields(Map.of(), Source.DEFAULT);
        Map<String, Raw.Text> variables = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("WATCHDOG_") && !OTHERS.contains(name)) {
                variables.put(name, new Raw.Text(value, Source.variable(name)));
            }
        });
        Binder binder = new Binder(variables, problems);
        Settings settings = (Settings) binder.bind("", Settings.DEFAULTS, written, Set.of(DOMAINS));
        Map<String, Record> domains = domains(binder, written.fields().get(DOMAINS), known, problems);
        Set<String> meaningful = binder.knownVariables();
        variables.forEach((name, text) -> {
            if (!meaningful.contains(name) && !SERVICE_LINKS.matcher(name).matches()) {
                problems.add(new Problem(name, "is not known: " + Spelling.hint(name, meaningful), text.source()));
            }
        });
        checkModes(settings, known, binder, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Configuration(settings, domains, binder.values());
    }

    private static Map<String, Record> domains(
            Binder binder, @Nullable Raw raw, List<Domain> known, List<Problem> problems) {
        Set<String> names = known.stream().map(Domain::name).collect(Collectors.toCollection(TreeSet::new));
        Map<String, Raw> sections = new LinkedHashMap<>();
        if (raw instanceof Raw.Fields fields) {
            sections.putAll(fields.fields());
        } else if (raw != null && !(raw instanceof Raw.Text text && text.text().isEmpty())) {
            problems.add(new Problem(DOMAINS, "must be a section: " + String.join(", ", names), raw.source()));
        }
        sections.forEach((name, section) -> {
            if (!names.contains(name)) {
                String what = "is no domain: " + Spelling.hint(name, names);
                problems.add(new Problem(DOMAINS + "." + name, what, section.source()));
            }
        });
        Map<String, Record> result = new LinkedHashMap<>();
        for (Domain domain : known) {
            String key = DOMAINS + "." + domain.name();
            result.put(domain.name(), binder.section(key, domain.defaults(), sections.get(domain.name())));
        }
        return result;
    }

    private static void checkModes(Settings settings, List<Domain> known, Binder binder, List<Problem> problems) {
        Set<String> kinds = known.stream()
                .flatMap(domain -> domain.faultKinds().stream())
                .map(FaultKind::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Source source = binder.values().stream()
                .filter(value -> value.key().equals("modes"))
                .map(ConfigValue::source)
                .findFirst()
                .orElse(Source.DEFAULT);
        new TreeMap<>(settings.modes()).forEach((kind, mode) -> {
            if (!kinds.contains(kind)) {
                problems.add(
                        new Problem("modes." + kind, "is no kind of fault: " + Spelling.hint(kind, kinds), source));
            }
        });
    }

    /** The outside world as fault domains are given it. */
    public Sections sections() {
        Set<String> written = values.stream()
                .filter(value -> !value.source().equals(Source.DEFAULT))
                .map(ConfigValue::key)
                .collect(Collectors.toSet());
        return new Sections(settings.sections(), written);
    }

    /** The mode of a kind of fault. */
    public Mode mode(String faultKind) {
        return settings.modes().getOrDefault(faultKind, settings.mode());
    }

    /** A domain's own record. */
    public Record settingsOf(Domain domain) {
        Record record = domains.get(domain.name());
        if (record == null) {
            throw new IllegalArgumentException("the configuration was read without the domain " + domain.name());
        }
        return record;
    }

    /** What the healer is allowed, for these domains. */
    public Policy policy(List<Domain> enabled) {
        Map<String, FaultKind> faults = new LinkedHashMap<>();
        Map<String, ActionKind> actions = new LinkedHashMap<>();
        Map<String, VerbKind> verbs = new LinkedHashMap<>();
        for (Domain domain : enabled) {
            domain.verbs().forEach(verb -> verbs.put(verb.name(), verb));
            domain.faultKinds().forEach(kind -> faults.put(kind.name(), kind));
            domain.actionKinds().forEach(kind -> actions.put(kind.name(), kind));
        }
        Map<String, Mode> modes = new LinkedHashMap<>();
        faults.keySet().forEach(kind -> modes.put(kind, mode(kind)));
        return new Policy(modes, Gates.SHIPPED, faults, actions, verbs);
    }
}
