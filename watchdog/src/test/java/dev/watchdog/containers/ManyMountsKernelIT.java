package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.ShippedJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand mounts in containers cost the agent's heap nothing: what is held is for each container. */
@NeedsRoot
class ManyMountsKernelIT {
    @TempDir
    Path directory;

    @Test
    void fiftyContainersWithAHundredThousandMounts() {
        run("50", "11");
    }

    @Test
    @EnabledIfSystemProperty(named = "watchdog.long", matches = "true", disabledReason = "takes minutes: verify --long")
    void aThousandContainersWithAHundredThousandMounts() {
        run("1000", "7");
    }

    private void run(String containers, String doublings) {
        String said = ShippedJvm.run(ManyMounts.class, directory.toString(), containers, doublings);
        assertThat(said).contains(containers + " containers with ");
        System.err.print(said.lines().findFirst().orElse("") + "\n");
    }
}
