package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containers.ContainersDomain;
import dev.watchdog.events.Subject;
import dev.watchdog.guests.GuestsDomain;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.linux.SystemClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody wrote into the configuration and is not there is never passed over. */
class ExpectedSourcesIT {
    @TempDir
    Path directory;

    @Test
    void whatIsConfiguredAndNotThereCannotBeSeen() throws Exception {
        String none = directory + "/none";
        List<Domain> domains = List.of(new ContainersDomain(), new GuestsDomain());
        Map<String, String> variables = Map.of(
                "WATCHDOG_DOCKER_ENGINES", "unix://" + none,
                "WATCHDOG_CONTAINERD_STATES", none,
                "WATCHDOG_LIBVIRT_URI", "qemu+unix:///system?socket=" + none);
        Path file = Files.writeString(directory.resolve("watchdog.yaml"), "");
        CheckUp check = CheckUp.make(Configuration.load(file, variables, domains), domains, SystemClock.open());
        assertThat(check.sources())
                .filteredOn(source -> source.name().contains(none))
                .hasSize(3)
                .allSatisfy(source -> assertThat(source.state()).isEqualTo(SourceReport.State.UNSEEN));
        assertThat(check.findings())
                .filteredOn(finding ->
                        finding instanceof Finding.Unknown && finding.subject().equals(Subject.HOST))
                .hasSizeGreaterThanOrEqualTo(3);
    }
}
