package dev.watchdog.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What {@code watchdog/bin/bench NAME} runs. */
public final class Bench {
    private Bench() {}

    /** The first argument names the benchmark, {@code --quick} makes it small, {@code --only PART,PART} picks. */
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        boolean quick = words.contains("--quick");
        int at = words.indexOf("--only");
        Set<String> only = at < 0 ? Set.of() : Set.of(words.get(at + 1).split(",", -1));
        Report report = new Report();
        try {
            switch (arguments[0]) {
                case "rootfs" -> RootfsBench.run(report, quick, only);
                case "guests" -> GuestsBench.run(report, quick);
                case "kafka" -> KafkaBench.run(report, quick, only);
                case "memory" -> MemoryBench.run(report, quick, only);
                case "siege" -> SiegeBench.run(report, quick);
                default -> throw new IllegalArgumentException("no such benchmark: " + arguments[0]);
            }
        } finally {
            // what was measured before it failed is worth having
            tell(report, arguments[0] + (only.isEmpty() ? "" : "-" + words.get(at + 1)));
        }
        // the engine's fixture clears up in a shutdown hook
        System.exit(0);
    }

    private static void tell(Report report, String name) throws IOException {
        Path file = Path.of(System.getProperty("watchdog.home"), "target", "bench", name + ".json");
        Files.createDirectories(file.getParent());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), report.json());
        System.out.print(report.table());
        System.out.println("\nwritten to " + file);
    }
}
