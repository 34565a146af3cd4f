package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.watchdog.guests.GuestRule;
import dev.watchdog.guests.GuestsSettings;
import dev.watchdog.guests.NamePattern;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.libvirt.LibvirtSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written about guests and their hypervisors, a list of records among it. */
class GuestsConfigurationTest {
    @TempDir
    Path directory;

    @Test
    void rulesAreReadInTheirOrderAndShownOneByOne() throws IOException {
        Path file = file("""
                domains:
                  guests:
                    tick: 5s
                    hostReserve: 0
                    rules:
                      - { name: "build-*", manage: true, floor: 2GiB, ceiling: 16GiB, weight: 2 }
                      - { name: "*", manage: false }
                """);

        Configuration configuration = Configuration.load(file, Map.of(), List.of(new Guests()));

        assertThat(configuration.domains())
                .containsEntry(
                        "guests",
                        new GuestsSettings(
                                Enabled.AUTO,
                                Duration.ofSeconds(5),
                                new DataSize(0),
                                List.of(
                                        new GuestRule(
                                                new NamePattern("build-*"),
                                                Optional.of(true),
                                                Optional.of(DataSize.mebibytes(2048)),
                                                Optional.of(DataSize.mebibytes(16_384)),
                                                Optional.of(2.0)),
                                        new GuestRule(
                                                new NamePattern("*"),
                                                Optional.of(false),
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty()))));
        assertThat(configuration.values())
                .filteredOn(value -> value.key().startsWith("domains.guests.rules"))
                .containsExactly(
                        value("rules[0].name", "build-*", file, 6),
                        value("rules[0].manage", "true", file, 6),
                        value("rules[0].floor", "2GiB", file, 6),
                        value("rules[0].ceiling", "16GiB", file, 6),
                        value("rules[0].weight", "2.0", file, 6),
                        value("rules[1].name", "*", file, 7),
                        value("rules[1].manage", "false", file, 7));
    }

    @Test
    void withoutRulesTheKeyIsShown() throws IOException {
        assertThat(Configuration.load(file(""), Map.of(), List.of(new Guests())).values())
                .contains(
                        new ConfigValue("domains.guests.rules", "", Source.DEFAULT),
                        new ConfigValue("domains.guests.tick", "1s", Source.DEFAULT),
                        new ConfigValue("libvirt.uri", "qemu:///system", Source.DEFAULT),
                        new ConfigValue("libvirt.uris", "", Source.DEFAULT));
    }

    @Test
    void everyMistakeOfEveryRuleIsToldAtOnce() throws IOException {
        Path file = file("""
                libvirt: { uri: "over there" }
                domains:
                  guests:
                    tick: 100ms
                    hostReserve: much
                    rules:
                      - { manage: true }
                      - { name: "", manage: perhaps, flor: 1GiB, floor: 4096, weight: 0 }
                      - { name: a, floor: 4GiB, ceiling: 2GiB }
                      - { name: b, weight: 1e3, ceiling: -1 }
                      - build-*
                      - { name: c, name: d }
                """);

        assertThat(refused(file, Map.of()))
                .containsExactlyInAnyOrder(
                        "libvirt.uri: must be a libvirt URI of at most 1024 characters, such as qemu:///system,"
                                + " not 'over there' (" + file + ":1)",
                        "domains.guests.tick: must be from 1s to 60s, not '100ms' (" + file + ":4)",
                        "domains.guests.hostReserve: must be a number with B, KiB, MiB, GiB or TiB, such as 512MiB,"
                                + " not 'much' (" + file + ":5)",
                        "domains.guests.rules[0].name: is missing (" + file + ":7)",
                        "domains.guests.rules[1].name: must be a guest's name of 1 to 1024 characters,"
                                + " * and ? allowed, not '' (" + file + ":8)",
                        "domains.guests.rules[1].manage: must be true or false, not 'perhaps' (" + file + ":8)",
                        "domains.guests.rules[1].flor: is not known: did you mean floor? (" + file + ":8)",
                        "domains.guests.rules[2]: the floor must not be above the ceiling (" + file + ":9)",
                        "domains.guests.rules[3].weight: must be a number, such as 1.5, not '1e3' (" + file + ":10)",
                        "domains.guests.rules[3].ceiling: must be a number with B, KiB, MiB, GiB or TiB,"
                                + " such as 512MiB, not '-1' (" + file + ":10)",
                        "domains.guests.rules[4]: must be a section with keys of its own (" + file + ":11)",
                        "domains.guests.rules[5].name: is there twice: keep one (" + file + ":12)");
    }

    @Test
    void whatARuleRefusesIsToldUnderItsOwnKeys() throws IOException {
        Path file = file("domains: { guests: { rules: [{ name: a, floor: 4096, weight: 11, ceiling: 1MiB, x: 1 }] } }");

        assertThat(refused(file, Map.of()))
                .containsExactlyInAnyOrder(
                        "domains.guests.rules[0].x: is not known: known are ceiling, floor, manage, name, weight ("
                                + file + ":1)",
                        "domains.guests.rules[0].floor: must be at least 16MiB (0: none); plain numbers are bytes,"
                                + " not '4096' (" + file + ":1)",
                        "domains.guests.rules[0].ceiling: must be at least 16MiB (0: none); plain numbers are bytes,"
                                + " not '1MiB' (" + file + ":1)",
                        "domains.guests.rules[0].weight: must be a number from 0.1 to 10, not '11' (" + file + ":1)");
    }

    @Test
    void aListOfRulesIsAListAndNotTooLong() throws IOException {
        assertThat(refused(file("domains: { guests: { rules: { name: a } } }"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("domains.guests.rules: must be a list");
        assertThat(refused(file("domains: { guests: { rules: [" + "{ name: a },".repeat(1001) + "] } }"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("domains.guests.rules: must be at most 1000 rules");
        assertThat(Configuration.load(file("domains: { guests: { rules: [] } }"), Map.of(), List.of(new Guests()))
                        .domains())
                .containsEntry("guests", GuestsSettings.DEFAULTS);
    }

    @Test
    void rulesCannotBeSetByVariablesTheRestCan() throws IOException {
        assertThat(refused(
                        file(""),
                        Map.of("WATCHDOG_DOMAINS_GUESTS_RULES", "x", "WATCHDOG_DOMAINS_GUESTS_RULES_0_NAME", "a")))
                .containsExactlyInAnyOrder(
                        "domains.guests.rules: cannot be set by a variable: write the list into the file"
                                + " (WATCHDOG_DOMAINS_GUESTS_RULES)",
                        "domains.guests.rules: cannot be set by a variable: write the list into the file"
                                + " (WATCHDOG_DOMAINS_GUESTS_RULES_0_NAME)");
        Configuration configuration = Configuration.load(
                file(""),
                Map.of(
                        "WATCHDOG_DOMAINS_GUESTS_HOST_RESERVE", "2GiB",
                        "WATCHDOG_LIBVIRT_URIS", "test:///default,qemu:///session"),
                List.of(new Guests()));
        assertThat(((GuestsSettings) configuration.settingsOf(new Guests())).hostReserve())
                .isEqualTo(DataSize.mebibytes(2048));
        assertThat(configuration.settings().sections())
                .containsEntry(
                        LibvirtSettings.class,
                        new LibvirtSettings("qemu:///system", List.of("test:///default", "qemu:///session")));
    }

    /** Beside the usual one it would be there twice. */
    @Test
    void theUsualUriMayBeTheSecond() throws IOException {
        Path file = file("libvirt: { uri: 'test:///default', uris: ['qemu:///system'] }");

        assertThat(Configuration.load(file, Map.of(), List.of())
                        .settings()
                        .libvirt()
                        .all())
                .containsExactly("test:///default", "qemu:///system");
    }

    private static ConfigValue value(String key, String value, Path file, int line) {
        return new ConfigValue("domains.guests." + key, value, new Source(file + ":" + line));
    }

    private static List<String> refused(Path file, Map<String, String> variables) {
        return catchThrowableOfType(
                        ConfigurationException.class, () -> Configuration.load(file, variables, List.of(new Guests())))
                .problems()
                .stream()
                .map(Problem::toString)
                .toList();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("watchdog.yaml"), text);
    }

    /** Has the guests' configuration and nothing else. */
    private static final class Guests implements Domain {
        @Override
        public String name() {
            return "guests";
        }

        @Override
        public List<FaultKind> faultKinds() {
            return List.of();
        }

        @Override
        public List<ActionKind> actionKinds() {
            return List.of();
        }

        @Override
        public Record defaults() {
            return GuestsSettings.DEFAULTS;
        }

        @Override
        public List<SubjectTable> tables() {
            return List.of();
        }

        @Override
        public DomainRuntime open(DomainContext context) {
            throw new UnsupportedOperationException();
        }
    }
}
