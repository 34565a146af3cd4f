package dev.watchdog.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What {@code watchdog/bin/bench NAME} runs. */
public final class Bench {
    private Bench() {}

    /** The first argument names the benchmark, {@code --quick} makes it small. */
    public static void main(String[] arguments) throws Exception {
        boolean quick = java.util.List.of(arguments).contains("--quick");
        Report report = new Report();
        switch (arguments[0]) {
            case "rootfs" -> new RootfsBench(report, quick).run();
            default -> throw new IllegalArgumentException("no such benchmark: " + arguments[0]);
        }
        Path file = Path.of(System.getProperty("watchdog.home"), "target", "bench", arguments[0] + ".json");
        Files.createDirectories(file.getParent());
        Map<String, Object> all = report.json();
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
        System.out.print(report.table());
        System.out.println("\nwritten to " + file);
        // the engine's fixture clears up in a shutdown hook
        System.exit(0);
    }
}
