package dev.watchdog.bench;

import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.TestGuest;
import dev.watchdog.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What watching real guests costs: the shipped agent over a private libvirtd, once a second, and beside it one without guests. */
final class GuestsBench {
    private static final int GUESTS = 20;
    private static final int SIZE_MIB = 256;

    /** A few at a time: libvirt waits for no machine that is out of breath. */
    private static final int BOOTS = 4;

    /** By then the compiler has done most of its work. */
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private GuestsBench() {}

    /** Measures. */
    static void run(Report report, boolean quick) throws Exception {
        Path directory = Files.createTempDirectory("wd-bench-guests-");
        Duration span = quick ? Duration.ofSeconds(20) : Duration.ofMinutes(2);
        try (Libvirtd daemon = new Libvirtd()) {
            boot(daemon);
            try (AgentProcess without = agent(directory.resolve("without"), daemon, false);
                    AgentProcess with = agent(directory.resolve("with"), daemon, true)) {
                Thread.sleep(SETTLE.toMillis());
                List<Cost> costs = Cost.of(span, without, with);
                costs.get(0).tell(report, "without guests");
                costs.get(1).tell(report, "with " + GUESTS + " real guests");
                Cost.tellDifference(report, "watching them", costs, "<= 1", "");
            }
        } finally {
            Trees.delete(directory);
        }
    }

    private static void boot(Libvirtd daemon) throws Exception {
        ExecutorService boots = Executors.newFixedThreadPool(BOOTS);
        try {
            List<Future<TestGuest>> all = IntStream.range(0, GUESTS)
                    .mapToObj(i -> TestGuest.Shape.of("g" + i, SIZE_MIB))
                    .map(shape -> boots.submit(() -> TestGuest.boot(daemon, shape)))
                    .toList();
            for (Future<TestGuest> each : all) {
                each.get(); // it ends with its daemon
            }
        } finally {
            boots.shutdownNow();
        }
    }

    private static AgentProcess agent(Path directory, Libvirtd daemon, boolean guests) throws Exception {
        return new AgentProcess(
                Path.of(System.getProperty("watchdog.home")),
                directory,
                "unix:///nonexistent/docker.sock",
                "1GiB",
                List.of(
                        "libvirt: { uri: \"" + daemon.uri() + "\" }",
                        "domains: { containers: { enabled: false }, guests: { enabled: " + guests + " } }"));
    }
}
