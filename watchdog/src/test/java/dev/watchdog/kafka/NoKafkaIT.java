package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent without a broker costs nothing of Kafka: not one of its classes is loaded. */
class NoKafkaIT {
    @TempDir
    Path directory;

    @Test
    void anAgentWithoutABrokerLoadsNoClassOfKafka() {
        String loaded = Programs.run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djna.nosys=true",
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Life.class.getName(),
                        directory.toString())
                .orFail()
                .out();
        assertThat(loaded).contains(Agent.class.getName()).contains("it lived");
        assertThat(loaded.lines()
                        .filter(line -> line.contains("org.apache.kafka.") || line.contains("io.vertx.kafka.")))
                .isEmpty();
    }

    /** A short one. */
    static final class Life {
        private Life() {}

        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            Configuration configuration = Configuration.load(
                    Files.writeString(home.resolve("watchdog.yaml"), ""),
                    Map.of(
                            "WATCHDOG_JOURNAL_DIRECTORY",
                                    home.resolve("journal").toString(),
                            "WATCHDOG_HTTP_LISTEN", "127.0.0.1:0",
                            "WATCHDOG_CONTROL_SOCKET",
                                    home.resolve("control.sock").toString()),
                    List.of());
            Agent.start(new Agent.Setup(configuration, List.of(), SystemClock.open(), HostIdentity.read(), "test"))
                    .close();
            System.out.println("it lived");
        }
    }
}
