package dev.watchdog.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image that can stand in for apache/kafka where no registry can be reached, as far as Testcontainers uses that one:
 * Kafka's jars from this build's class path, a Java runtime that jlink makes of this JVM's own, the machine's bash and
 * busybox, and {@code /etc/kafka/docker/run}. Made once and kept in the {@link BuildCache}; root is not needed.
 */
public final class KafkaImage {
    /** What the image is called when {@code docker import} has taken it. */
    public static final String NAME = "wd-kafka:4.3.1";

    private static final String MODULES =
            "java.base,java.desktop,java.logging,java.management,java.naming,java.rmi,java.security.jgss,"
                    + "java.security.sasl,java.sql,java.xml,jdk.management,jdk.unsupported,jdk.zipfs";

    /**
     * Starts of the names of jars of the class path that neither Kafka nor what it needs is. The agent's own come first:
     * once it is packaged they are jars too, and its Logback configurator would silence the broker's lines, for one of
     * which Testcontainers waits.
     */
    private static final List<String> OTHERS = List.of(
            "watchdog",
            "events-schema",
            "vertx",
            "netty",
            "docker-java",
            "sqlite",
            "testcontainers",
            "junit",
            "archunit",
            "assertj",
            "micrometer");

    private static final List<String> NAMES = List.of("sh", "sleep", "env", "cat", "mkdir", "rm", "ls", "ps", "chmod");

    /** Kafka's own image does more of the same: variables become properties, the storage is formatted, Kafka runs. */
    private static final String RUN = """
            #!/bin/bash
            set -e
            java="/opt/java/bin/java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp /opt/kafka/config:/opt/kafka/libs/*"
            echo log.dirs=/tmp/kafka-logs >/tmp/server.properties
            while IFS='=' read -r name value; do
                if [[ $name == KAFKA_* ]]; then
                    name=${name#KAFKA_}
                    name=${name,,}
                    echo "${name//_/.}=$value" >>/tmp/server.properties
                fi
            done < <(env)
            $java kafka.tools.StorageTool format --cluster-id "$CLUSTER_ID" --config /tmp/server.properties
            exec $java kafka.Kafka /tmp/server.properties
            """;

    private static final String LOGBACK = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private KafkaImage() {}

    /** The root file system as a tar file, for {@code docker import}; another one whenever anything in it is another. */
    public static Path tar() throws IOException {
        ContentKey key = new ContentKey()
                .text(MODULES, RUN, LOGBACK, String.join(" ", NAMES), System.getProperty("java.vm.version"))
                .file(Path.of("/bin/busybox"))
                .file(Path.of("/bin/bash"));
        for (Path jar : jars()) {
            key.file(jar);
        }
        return BuildCache.ofUser().get("kafka-image", "kafka-" + key.hex() + ".tar", KafkaImage::make);
    }

    /** The jars of Kafka and of what it needs, from this JVM's class path. */
    static List<Path> jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> OTHERS.stream().noneMatch(jar.getFileName().toString()::startsWith))
                .toList();
    }

    private static void make(Path place) throws IOException {
        Path root = Files.createTempDirectory("wd-kafka-image-");
        try {
            fill(root);
            Programs.run("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", place.toString(), ".")
                    .orFail();
        } finally {
            Trees.delete(root);
        }
    }

    private static void fill(Path root) throws IOException {
        for (String directory : List.of(
                "bin", "etc/kafka/docker", "opt/kafka/libs", "opt/kafka/config", "tmp", "proc", "sys", "dev", "root")) {
            Files.createDirectories(root.resolve(directory));
        }
        Programs.run(
                        Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                        "--add-modules",
                        MODULES,
                        "--no-man-pages",
                        "--no-header-files",
                        "--output",
                        root.resolve("opt/java").toString())
                .orFail();
        for (Path jar : jars()) {
            Files.copy(jar, root.resolve("opt/kafka/libs").resolve(jar.getFileName()));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String name : NAMES) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Files.copy(Path.of("/bin/bash"), root.resolve("bin/bash"));
        libraries(root);
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(root.resolve("opt/kafka/config/logback.xml"), LOGBACK);
        Path run = Files.writeString(root.resolve("etc/kafka/docker/run"), RUN, StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The shared libraries of this machine that bash and the runtime want, at their own places. */
    private static void libraries(Path root) throws IOException {
        List<String> programs = new ArrayList<>(List.of("ldd", "/bin/bash"));
        Path java = root.resolve("opt/java");
        for (String file : List.of(
                "bin/java",
                "lib/server/libjvm.so",
                "lib/libjava.so",
                "lib/libnet.so",
                "lib/libnio.so",
                "lib/libzip.so")) {
            programs.add(java.resolve(file).toString());
        }
        Set<String> wanted = new TreeSet<>();
        Programs.run(programs.toArray(String[]::new))
                .out()
                .lines()
                .forEach(line -> Arrays.stream(line.strip().split(" +"))
                        .filter(word -> word.startsWith("/lib"))
                        .forEach(wanted::add));
        for (String library : wanted) {
            Path copy = root.resolve(library.substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(library).toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
