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

/** What watching real guests costs: the shipped agent over a private libvirtd, once a second, beside one without guests. */
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
            String uri = "libvirt: { uri: \"" + daemon.uri() + "\" }";
            Cost without = cost(directory.resolve("without"), uri, false, span);
            Cost with = cost(directory.resolve("with"), uri, true, span);
            report.figure("the agent without guests", without.percent, "% of core", "");
            report.figure("the agent with " + GUESTS + " real guests", with.percent, "% of core", "");
            report.figure("watching them", with.percent - without.percent, "% of core", "<= 1");
            report.figure("resident without guests", without.mebibytes, "MiB", "");
            report.figure("resident with guests", with.mebibytes, "MiB", "");
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

    private record Cost(double percent, double mebibytes) {}

    private static Cost cost(Path directory, String uri, boolean guests, Duration span) throws Exception {
        Path home = Path.of(System.getProperty("watchdog.home"));
        List<String> further =
                List.of(uri, "domains: { containers: { enabled: false }, guests: { enabled: " + guests + " } }");
        try (AgentProcess agent =
                new AgentProcess(home, directory, "unix:///nonexistent/docker.sock", "1GiB", further)) {
            Thread.sleep(SETTLE.toMillis());
            double before = agent.cpuSeconds();
            Thread.sleep(span.toMillis());
            return new Cost((agent.cpuSeconds() - before) * 100 / span.toSeconds(), agent.residentMebibytes());
        }
    }
}
