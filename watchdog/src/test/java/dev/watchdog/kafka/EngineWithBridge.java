package dev.watchdog.kafka;

import dev.watchdog.docker.Dockerd;
import dev.watchdog.testing.KafkaImage;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import java.util.List;

/** A Docker engine with a bridge in this process's own network namespace; what uses it runs beside it, in a JVM of its own. */
final class EngineWithBridge {
    private static final String BRIDGE = "wdkafka0";

    private EngineWithBridge() {}

    public static void main(String[] arguments) throws Exception {
        Programs.run("ip", "link", "set", "lo", "up").orFail();
        Programs.run("ip", "link", "add", BRIDGE, "type", "bridge").orFail();
        Programs.run("ip", "addr", "add", "172.31.251.1/24", "dev", BRIDGE).orFail();
        Programs.run("ip", "link", "set", BRIDGE, "up").orFail();
        int exit;
        try (Dockerd engine = Dockerd.launch(new Dockerd.Options(false, false, false, List.of("--bridge=" + BRIDGE)))) {
            engine.docker()
                    .command("import", KafkaImage.tar().toString(), KafkaImage.NAME)
                    .orFail();
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Djna.nosys=true",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ContainerBroker.class.getName(),
                            arguments[0])
                    .inheritIO();
            builder.environment().put("DOCKER_HOST", engine.address());
            builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
            builder.environment().put("TESTCONTAINERS_CHECKS_DISABLE", "true");
            builder.environment().put("HOME", arguments[0]);
            exit = builder.start().waitFor();
        }
        System.exit(exit);
    }
}
