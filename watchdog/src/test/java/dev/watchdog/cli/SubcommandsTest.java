package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.containers.ContainersDomain;
import dev.watchdog.healing.Domain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each command has one name. */
class SubcommandsTest {
    @Test
    void twoDomainsWhoseTablesAreCalledTheSameAreRefused() {
        Domain domain = new ContainersDomain();
        assertThatThrownBy(() -> Subcommands.of(Watchdog.global(List.of(domain, domain), Map.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("two commands are called containers");
    }
}
