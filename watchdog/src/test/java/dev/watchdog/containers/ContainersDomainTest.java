package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containerd.ContainerdSettings;
import dev.watchdog.docker.DockerSettings;
import dev.watchdog.healing.Sections;
import dev.watchdog.linux.MountNamespaces;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainersDomainTest {
    private static final String DOCKER = "docker:" + DockerSettings.USUAL;
    private static final String CONTAINERD = "containerd:/run/containerd";

    /** The names of the sources that are expected when these keys were written, with what they would be anyway. */
    private static List<String> expected(Set<String> written) {
        Map<Class<?>, Record> usual = Map.of(
                DockerSettings.class,
                new DockerSettings(List.of(DockerSettings.USUAL)),
                ContainerdSettings.class,
                ContainerdSettings.SHIPPED);
        MountNamespaces threads = new MountNamespaces(1, 1);
        List<ContainerSource> sources = ContainersDomain.inventories(new Sections(usual, written), threads);
        try {
            return sources.stream()
                    .filter(ContainerSource::expected)
                    .map(ContainerSource::name)
                    .toList();
        } finally {
            sources.forEach(ContainerSource::close);
            threads.close();
        }
    }

    @Test
    void whatSomebodyWroteIsExpectedAlsoWhereItIsTheUsual() {
        assertThat(expected(Set.of())).isEmpty();
        assertThat(expected(Set.of("mode", "docker.engines"))).containsExactly(DOCKER);
        assertThat(expected(Set.of("containerd.states"))).containsExactly(CONTAINERD);
        assertThat(expected(Set.of("containerd.states", "docker.engines"))).containsExactly(DOCKER, CONTAINERD);
    }
}
