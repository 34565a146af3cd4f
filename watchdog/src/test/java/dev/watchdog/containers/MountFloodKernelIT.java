package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.containers.MountFloodRoom.Place;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.ShippedJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may mount in a namespace sizes its table: that must neither end the agent nor keep others from being healed. */
@NeedsRoot
class MountFloodKernelIT {
    @ParameterizedTest
    @EnumSource
    void rootsAreHealedBesideAnyNumberOfMounts(Place place, @TempDir Path directory) {
        String[] arguments = {directory.toString(), place.name()};
        String said = place == Place.OUR_OWN_NAMESPACE
                ? ShippedJvm.runInOwnNamespace(MountFloodRoom.class, arguments)
                : ShippedJvm.run(MountFloodRoom.class, arguments);
        assertThat(said).contains("done");
    }
}
