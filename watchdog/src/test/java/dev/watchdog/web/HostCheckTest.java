package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
    private final HostCheck check = new HostCheck(Set.of("Node1.example.org"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "127.0.0.1",
                "10.1.2.3",
                "::1",
                "[::1]",
                "[fe80::1]",
                "node1.example.org"
            })
    void servesWhoNamesThisHost(String host) {
        assertThat(check.allowed(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "localhost.evil.example",
                "node1.example.org.evil.example",
                "127.0.0.1.evil.example",
                "1.2.3",
                "cafe"
            })
    void turnsAwayWhoMeansAnother(String host) {
        assertThat(check.allowed(host)).isFalse();
    }
}
