package dev.watchdog.containers;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.docker.Docker;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was seen on each engine, as a table for the README and as JSON with every word. */
final class EngineMatrix {
    private static final Pattern POINT = Pattern.compile("fork/exec \\S+: (no such file or directory|not a directory)"
            + "|invalid rootfs: stat|(?<=rootfs )\\S+ does not exist|(?i)no such file or directory");

    private final List<Map<String, Object>> rows = new ArrayList<>();

    /** One engine's line. */
    static final class Row {
        private final Map<String, Object> cells = new LinkedHashMap<>();

        private Row() {}

        /** What a command said at that moment. */
        void said(String command, Ran ran) {
            cells.put(command + " exit", ran.exit());
            cells.put(command + " said", (ran.out() + ran.err()).strip());
        }

        /** Milliseconds until all was proved. */
        void healed(String fault, double millis) {
            cells.put(fault + " healed ms", Math.round(millis * 10) / 10.0);
        }
    }

    Row row(String suite, String store, Docker docker) {
        Row row = new Row();
        row.cells.put("suite", suite);
        row.cells.put("store", store);
        docker.command("version", "--format", "{{range .Server.Components}}{{.Name}}={{.Version}}{{println}}{{end}}")
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains("="))
                .forEach(line -> row.cells.put(
                        line.substring(0, line.indexOf('=')).toLowerCase(java.util.Locale.ROOT),
                        line.substring(line.indexOf('=') + 1)));
        rows.add(row.cells);
        return row;
    }

    void write(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("| Debian | Docker | containerd | runc | images in | `docker exec` before (b) | before (d) |"
                + " `docker restart` before (b) | a | b | d | e | `rm` of an image's file after d |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Map<String, Object> row : rows) {
            lines.add("| " + row.get("suite") + " | " + version(row, "engine") + " | " + version(row, "containerd")
                    + " | " + version(row, "runc") + " | " + row.get("store") + " | " + said(row, "b exec") + " | "
                    + said(row, "d exec") + " | " + said(row, "b restart") + " | " + millis(row, "a") + " | "
                    + millis(row, "b") + " | " + millis(row, "d") + " | " + millis(row, "e") + " | "
                    + said(row, "d rm") + " |");
        }
        Files.createDirectories(directory);
        Files.write(directory.resolve("engine-matrix.md"), lines);
        Files.writeString(
                directory.resolve("engine-matrix.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
    }

    /** Without what Debian adds. */
    private static String version(Map<String, Object> row, String component) {
        return String.valueOf(row.get(component)).replaceAll("[+~].*", "");
    }

    private static String said(Map<String, Object> row, String command) {
        Object exit = row.get(command + " exit");
        if (exit == null || exit.equals(0)) {
            return exit == null ? "" : "works";
        }
        Matcher point = POINT.matcher(String.valueOf(row.get(command + " said")));
        return exit + ": "
                + (point.find() ? "`" + point.group().replaceAll("\\(\\S+\\)", "(…)") + "`" : "see the JSON");
    }

    private static String millis(Map<String, Object> row, String fault) {
        Object millis = row.get(fault + " healed ms");
        return millis == null ? "" : millis + " ms";
    }
}
