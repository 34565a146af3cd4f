package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Target;
import dev.watchdog.guests.GuestsDomain;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.SharedBroker;
import dev.watchdog.testing.TestGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real guest's memory, set by a signed command over a real broker. */
@NeedsGuests
@ExtendWith(SharedBroker.class)
@Timeout(600)
class SetMemoryGuestIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SIZE = 512;
    private static final String OPTED_IN =
            "<watchdog:memory xmlns:watchdog='https://watchdog.dev/libvirt/memory/1' manage='yes'/>";

    @TempDir
    Path directory;

    @Test
    void aSignedCommandResizesARealGuestAndOneThatWouldHurtItIsRefused(Broker broker) throws Exception {
        TestGuest.Shape shape =
                TestGuest.Shape.of("web", SIZE).withSwap(SIZE / 2).withMetadata(OPTED_IN);
        try (Libvirtd daemon = new Libvirtd();
                TestGuest guest = TestGuest.boot(daemon, shape);
                CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics());
                Agent agent = Agent.start(scene.setup(
                        "h1",
                        Map.of("WATCHDOG_LIBVIRT_URI", daemon.uri(), "WATCHDOG_DOMAINS_GUESTS_ENABLED", "true"),
                        new GuestsDomain()))) {
            // a guest that has just appeared is left alone for half a minute
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() ->
                            assertThat(set(scene, "400MiB")).as("set").isInstanceOf(CommandEvent.Succeeded.class));
            assertThat(kib(guest)).isLessThan((SIZE - 100) << 10);

            assertThat(set(scene, "32MiB"))
                    .isInstanceOfSatisfying(
                            CommandEvent.Failed.class,
                            refused -> assertThat(refused.toString()).contains("its floor is"));
            assertThat(set(scene, SIZE + "MiB")).isInstanceOf(CommandEvent.Succeeded.class);
            assertThat(kib(guest)).isGreaterThan((SIZE - 100) << 10);
            assertThat(guest.vmstat("pswpout")).isZero();
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    private static long kib(TestGuest guest) {
        return guest.meminfoKib("MemTotal");
    }

    private static EventData set(CommandScene scene, String memory) {
        Map<String, String> arguments = Map.of("guest", "web", "memory", memory);
        String command = scene.send(scene.request(new Target.Host("h1"), "set-guest-memory", arguments));
        await().atMost(PATIENCE).until(() -> !scene.answers(command).isEmpty());
        return scene.answers(command).get(0).data();
    }
}
