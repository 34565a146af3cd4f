package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.watchdog.docker.DockerSettings;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final List<Domain> DOMAINS = List.of(new MadeUpDomain());

    @TempDir
    Path directory;

    @Test
    void withoutAnythingEveryValueIsTheShippedDefault() {
        Configuration configuration = Configuration.load(file(""), Map.of(), DOMAINS);

        assertThat(configuration.settings()).isEqualTo(Settings.DEFAULTS);
        assertThat(configuration.domains()).containsEntry("lamps", new MadeUpDomain().defaults());
        assertThat(configuration.values())
                .contains(
                        new ConfigValue("journal.maxSize", "1GiB", Source.DEFAULT),
                        new ConfigValue("journal.maxAge", "30d", Source.DEFAULT),
                        new ConfigValue("mode", "heal", Source.DEFAULT),
                        new ConfigValue("domains.lamps.enabled", "auto", Source.DEFAULT))
                .allMatch(value -> value.source().equals(Source.DEFAULT));
    }

    @Test
    void theFileOfTheDesignIsAcceptedAndMeansTheDefaults() {
        Configuration configuration = load("""
                host:    { id: "", name: "", labels: {} }
                mode:    heal
                journal: { directory: /var/lib/watchdog, maxSize: 1GiB, maxAge: 30d }
                http:    { listen: 127.0.0.1:9757 }
                control: { socket: /run/watchdog/control.sock }
                docker:  { engines: ["unix:///var/run/docker.sock"] }
                containerd: { states: ["/run/containerd"] }
                libvirt: { uri: "qemu:///system" }
                kafka:   { bootstrapServers: "" }
                domains:
                  lamps: { enabled: auto }
                """);

        assertThat(configuration.settings()).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void whatWasWrittenIsKnownAlsoWhereItIsTheDefault() {
        assertThat(load("mode: heal").sections().written()).containsExactly("mode");
        String usual = "docker: { engines: [\"" + DockerSettings.USUAL + "\"] }";
        assertThat(load(usual).sections().isWritten("docker.engines")).isTrue();
        Configuration variable = Configuration.load(
                file(""),
                Map.of("WATCHDOG_CONTAINERD_STATES", "/run/containerd", "WATCHDOG_LIBVIRT_URI", "qemu:///system"),
                DOMAINS);
        assertThat(variable.settings()).isEqualTo(Settings.DEFAULTS);
        assertThat(variable.sections().written()).containsExactlyInAnyOrder("containerd.states", "libvirt.uri");
        assertThat(variable.sections().get(DockerSettings.class)).isEqualTo(Settings.DEFAULTS.docker());
    }

    @Test
    void aVariableWinsOverTheFileAndBothAreTold() {
        Path file = file("""
                mode: observe
                modes: { lamp.dark: propose }
                host: { labels: { rack: b7 } }
                journal:
                  maxSize: 512MiB
                  maxAge: PT48H
                domains: { lamps: { enabled: true } }
                """);

        Configuration configuration = Configuration.load(
                file,
                Map.of(
                        "WATCHDOG_JOURNAL_MAX_SIZE", "2GiB",
                        "WATCHDOG_DOMAINS_LAMPS_ENABLED", "false",
                        "WATCHDOG_HOST_LABELS", "rack=c1, row=2",
                        "WATCHDOG_DOCKER_ENGINES", "unix:///a,unix:///b",
                        "WATCHDOG_LOG_LEVEL", "debug",
                        "OTHER", "x"),
                DOMAINS);

        assertThat(configuration.settings().journal())
                .isEqualTo(new Settings.JournalSection(
                        Path.of("/var/lib/watchdog"), DataSize.mebibytes(2048), Duration.ofDays(2)));
        assertThat(configuration.settings().host().labels()).isEqualTo(Map.of("rack", "c1", "row", "2"));
        assertThat(configuration.settings().docker().engines()).containsExactly("unix:///a", "unix:///b");
        assertThat(configuration.domains())
                .containsEntry("lamps", new MadeUpDomain.LampSettings(Enabled.FALSE, Duration.ofMillis(20), 60));
        assertThat(configuration.mode("lamp.dark")).isEqualTo(Mode.PROPOSE);
        assertThat(configuration.mode("lamp.other")).isEqualTo(Mode.OBSERVE);
        assertThat(configuration.values())
                .contains(
                        new ConfigValue("journal.maxSize", "2GiB", new Source("WATCHDOG_JOURNAL_MAX_SIZE")),
                        new ConfigValue("journal.maxAge", "2d", new Source(file + ":6")),
                        new ConfigValue("mode", "observe", new Source(file + ":1")),
                        new ConfigValue("modes", "lamp.dark=propose", new Source(file + ":2")),
                        new ConfigValue("http.listen", "127.0.0.1:9757", Source.DEFAULT));
    }

    @Test
    void everyMistakeIsToldAtOnceWithItsPlace() {
        Path file = file("""
                mode: heel
                jurnal: { directory: /tmp }
                journal:
                  maxSize: 1GB
                  maxAge: 30 days
                  maxAgee: 1d
                http: { listen: 127.0.0.1:99999 }
                control: { socket: control.sock }
                modes: { lamp.drak: heal }
                domains:
                  lamp: {}
                  lamps: { watts: 0, sweep: soon }
                """);

        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> Configuration.load(
                        file,
                        Map.of(
                                "WATCHDOG_HTTP_LISTN",
                                "x",
                                "WATCHDOG_HOST_ID",
                                "a b",
                                "WATCHDOG_PORT",
                                "tcp://1.2.3.4:1"),
                        DOMAINS));

        assertThat(refused.problems().stream().map(Problem::toString))
                .containsExactlyInAnyOrder(
                        "mode: must be observe, or propose, or heal, not 'heel' (" + file + ":1)",
                        "jurnal: is not known: did you mean journal? (" + file + ":2)",
                        "journal.maxSize: must be a number with B, KiB, MiB, GiB or TiB, such as 512MiB, not '1GB' ("
                                + file + ":4)",
                        "journal.maxAge: must be a duration, such as 500ms, 30s, 5m, 1h, 30d or PT30S, not '30 days' ("
                                + file + ":5)",
                        "journal.maxAgee: is not known: did you mean maxAge? (" + file + ":6)",
                        "http.listen: must be an address and a port up to 65535, such as 127.0.0.1:9757,"
                                + " not '127.0.0.1:99999' (" + file + ":7)",
                        "control.socket: must be an absolute path, such as /run/watchdog/control.sock,"
                                + " not 'control.sock' (" + file + ":8)",
                        "modes.lamp.drak: is no kind of fault: did you mean lamp.dark? (" + file + ":9)",
                        "domains.lamp: is no domain: did you mean lamps? (" + file + ":11)",
                        "domains.lamps.watts: must be at least 1, not '0' (" + file + ":12)",
                        "domains.lamps.sweep: must be a duration, such as 500ms, 30s, 5m, 1h, 30d or PT30S,"
                                + " not 'soon' (" + file + ":12)",
                        "host.id: must be up to 128 letters, digits, dots, underscores, hyphens, and begin with one of the"
                                + " first two, not 'a b'"
                                + " (WATCHDOG_HOST_ID)",
                        "WATCHDOG_HTTP_LISTN: is not known: did you mean WATCHDOG_HTTP_LISTEN? (WATCHDOG_HTTP_LISTN)");
        assertThat(refused).hasMessageStartingWith("the configuration has 13 mistakes:\n");
    }

    @Test
    void whatKubernetesSetsForAServiceOfOurNameIsNoMistake() {
        Map<String, String> links = Map.of(
                "WATCHDOG_SERVICE_HOST", "10.0.0.1",
                "WATCHDOG_SERVICE_PORT_HTTP", "9757",
                "WATCHDOG_PORT_9757_TCP_ADDR", "10.0.0.1",
                "WATCHDOG_DASHBOARD_PORT", "tcp://10.0.0.1:80");

        assertThat(Configuration.load(file(""), links, DOMAINS).settings()).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        assertThatThrownBy(() -> Configuration.load(directory.resolve("none.yaml"), Map.of(), DOMAINS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no such file: check --config (" + directory.resolve("none.yaml") + ")");
    }

    @Test
    void aFileThatOthersCanChangeIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Path written = Files.writeString(open.resolve("watchdog.yaml"), "mode: heal\n");
        for (Path step : List.of(open, written)) {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(step);
            Files.setPosixFilePermissions(step, PosixFilePermissions.fromString("rwxrwxr-x"));
            assertThatThrownBy(() -> Configuration.load(written, Map.of(), DOMAINS))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "cannot be trusted: " + step + " can be written by others (mode 0775): chmod");
            Files.setPosixFilePermissions(step, before);
        }
        assertThat(Configuration.load(written, Map.of(), DOMAINS).settings()).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void aLinkIsFollowedOnlyWhereNobodyElseCouldHaveMadeIt() throws IOException {
        Path written = file("mode: observe");
        Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), written);
        assertThat(Configuration.load(link, Map.of(), DOMAINS).settings().mode())
                .isEqualTo(Mode.OBSERVE);
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path theirs = Files.createSymbolicLink(shared.resolve("watchdog.yaml"), written);
        assertThatThrownBy(() -> Configuration.load(theirs, Map.of(), DOMAINS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(theirs + " is a symlink in a directory where others can write");
    }

    /** It would be the shipped configuration in place of somebody's own, without a word. */
    @Test
    void theUsualFileMayBeMissingAndNotBeALinkThatLeadsNowhere() throws IOException {
        Path usual = directory.resolve("usual.yaml");
        assertThat(Configuration.load(null, usual, Map.of(), DOMAINS).settings())
                .isEqualTo(Settings.DEFAULTS);
        Files.createSymbolicLink(usual, directory.resolve("gone.yaml"));
        assertThatThrownBy(() -> Configuration.load(null, usual, Map.of(), DOMAINS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the configuration cannot be used: " + usual + " is a symlink to "
                        + directory.resolve("gone.yaml") + ", where nothing is: make that, or remove the link ("
                        + usual + ")");
    }

    @Test
    void hostileFilesAreRefusedInOneLine() throws IOException {
        refused("a: &x [1]\nmode: *x\n", "aliases (*name) are not supported");
        refused("mode: heal\nmode: observe\n", "mode: is there twice");
        refused("mode: [heal\n", "not valid YAML");
        refused("- a\n", "must hold sections");
        refused("mode: heal\n---\nmode: heal\n", "must be one document");
        refused("mode:\n", "must be observe, or propose, or heal");
        refused("journal: 5\n", "journal: must be a section");
        refused("a: {".repeat(40) + "}".repeat(40), "not valid YAML");
        refused("# " + "x".repeat(300_000), "larger than 256 KiB");
        Files.createDirectory(directory.resolve("d"));
        assertThatThrownBy(() -> Configuration.load(directory.resolve("d"), Map.of(), DOMAINS))
                .hasMessageContaining("it is a directory");
    }

    private void refused(String text, String why) {
        assertThatThrownBy(() -> load(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .extracting(Throwable::getMessage)
                .satisfies(message ->
                        assertThat(message.toString().lines().count()).isLessThanOrEqualTo(4));
    }

    private Configuration load(String text) {
        return Configuration.load(file(text), Map.of(), DOMAINS);
    }

    private Path file(String text) {
        try {
            return Files.writeString(directory.resolve("watchdog.yaml"), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
