package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.guests.simulation.BurstGenerator;
import dev.watchdog.guests.simulation.Shape;
import dev.watchdog.guests.simulation.Trace;
import dev.watchdog.guests.simulation.TraceFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code watchdog simulate memory} as people and programs use it. */
class SimulateMemoryTest {
    @TempDir
    Path directory;

    record Ran(int code, String out, String err) {}

    @Test
    void tellsEveryPolicySideBySide() throws IOException {
        Ran ran = run("--trace", trace(7).toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines().skip(1).map(line -> line.split(" +", 2)[0]))
                .containsExactly("watchdog", "none", "static", "mom", "proxmox", "clairvoyant");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void jsonHasTheFiguresOfEachPolicy() throws IOException {
        Ran ran = run("--trace", trace(7).toString(), "--json", "--policy", "static");
        JsonNode policies = new ObjectMapper().readTree(ran.out()).get("policies");
        assertThat(policies).hasSize(1);
        List<String> keys = new ArrayList<>();
        policies.get(0).fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .containsExactly(
                        "policy",
                        "guestDeficitGiBs",
                        "hostOvercommitGiBs",
                        "swappedOutMiB",
                        "commands",
                        "floorViolations");
        assertThat(policies.get(0).get("policy").asText()).isEqualTo("static");
        assertThat(policies.get(0).get("guestDeficitGiBs").asDouble()).isPositive();
    }

    @Test
    void eachBrokenLineIsToldAndOfManyTheFirstTwenty() throws IOException {
        Path file = directory.resolve("broken.csv");
        String broken = "1,a,ten,5\n2,a,10\n3,\u001b[31mb,-4,5\n";
        Files.writeString(file, TraceFile.HEADER + "\n0,a,1000,500\n" + broken + "10,a,2000,500\n");
        Ran ran = run("--trace", file.toString(), "--policy", "none");
        assertThat(ran.code()).isZero();
        assertThat(ran.err().lines())
                .hasSize(3)
                .allMatch(line -> line.matches("watchdog: .*broken.csv: line [345]: .*; it is left out"));
        assertThat(ran.out()).contains("none");
        Files.writeString(file, TraceFile.HEADER + "\n" + broken.repeat(10) + "10,a,2000,500\n");
        ran = run("--trace", file.toString(), "--policy", "none");
        assertThat(ran.code()).isZero();
        assertThat(ran.err().lines()).hasSize(21).last().asString().contains("10 more lines are broken");
    }

    @Test
    void whatCannotBeReplayedIsOneClearLine() throws IOException {
        Path file = directory.resolve("none.csv");
        assertThat(run("--trace", file.toString())).satisfies(ran -> wrong(ran, "none.csv cannot be read"));
        Files.writeString(file, "nothing\n");
        assertThat(run("--trace", file.toString()).err()).contains("it has no line that can be used");
        assertThat(run()).satisfies(ran -> wrong(ran, "--trace FILE is needed"));
        String good = trace(1).toString();
        assertThat(run("--trace", good, "--policy", "best")).satisfies(ran -> wrong(ran, "no policy is called best"));
        assertThat(run("--trace", good, "--tick", "0s")).satisfies(ran -> wrong(ran, "--tick must be"));
        assertThat(run("--trace", good, "--host", "lots")).satisfies(ran -> wrong(ran, "--host must be"));
    }

    private static void wrong(Ran ran, String message) {
        assertThat(ran.code()).isEqualTo(Exit.USAGE);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.err()).startsWith("watchdog: ").contains(message);
    }

    @Test
    void aScenarioSaysHowTheGuestsAreBuilt() throws IOException {
        Path file = directory.resolve("scenario.txt");
        Files.writeString(file, "limit own 6GiB\nguest guest-1 limit=own numbers=none\n");
        Ran ran = run("--trace", trace(7).toString(), "--scenario", file.toString(), "--policy", "none", "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode outcome =
                new ObjectMapper().readTree(ran.out()).get("policies").get(0);
        assertThat(outcome.get("killed").asInt()).isEqualTo(1);
        Files.writeString(file, "limit own lots\n");
        assertThat(run("--trace", trace(7).toString(), "--scenario", file.toString()))
                .satisfies(each -> wrong(each, "scenario.txt cannot be read: line 1"));
    }

    @Test
    void theGeneratorMakesTheSameTraceFromTheSameSeed() throws IOException {
        for (String name : new String[] {"one.csv", "two.csv"}) {
            Ran ran = run("--generate", directory.resolve(name).toString(), "--seed", "4", "--shape", "mixed");
            assertThat(ran.code()).as(ran.err()).isZero();
        }
        assertThat(directory.resolve("one.csv")).hasSameTextualContentAs(directory.resolve("two.csv"));
        Ran ran = run("--generate", directory.resolve("x").toString(), "--shape", "odd");
        assertThat(ran.code()).isEqualTo(Exit.USAGE);
    }

    /** From the CSV and the trace alone, by the physics that the command's help states. */
    @Test
    void theCommandLogIsEnoughToIntegrateTheFiguresAgain() throws IOException {
        Path file = trace(7);
        Path log = directory.resolve("log.csv");
        Ran ran = run(
                "--trace", file.toString(), "--command-log", log.toString(), "--json", "--tick", "5s", "--lag", "5s");
        for (JsonNode policy : new ObjectMapper().readTree(ran.out()).get("policies")) {
            double told = policy.get("guestDeficitGiBs").asDouble();
            double again = integrated(
                    Files.readAllLines(file),
                    Files.readAllLines(log),
                    policy.get("policy").asText());
            assertThat(again).as(policy.toString()).isCloseTo(told, within(told * 0.01 + 0.001));
        }
    }

    /** One guest as the files tell of it. */
    private static final class Told {
        final TreeMap<Double, Double> demand = new TreeMap<>();
        final TreeMap<Double, Double> target = new TreeMap<>();
        double actual = -1;
    }

    private static double integrated(List<String> trace, List<String> log, String policy) {
        Map<String, Told> guests = new HashMap<>();
        double end = 0;
        for (String line : trace.subList(1, trace.size())) {
            String[] cells = line.split(",", -1);
            end = Double.parseDouble(cells[0]);
            guests.computeIfAbsent(cells[1], key -> new Told()).demand.put(end, Double.parseDouble(cells[2]));
        }
        assertThat(log.get(0)).isEqualTo("time,policy,guest,targetMiB,actualMiB");
        for (String line : log.subList(1, log.size())) {
            String[] cells = line.split(",", -1);
            if (cells[1].equals(policy)) {
                Told guest = guests.computeIfAbsent(cells[2], key -> new Told());
                guest.target.put(Double.parseDouble(cells[0]), Double.parseDouble(cells[3]));
                guest.actual = guest.actual < 0 ? Double.parseDouble(cells[4]) : guest.actual;
            }
        }
        double deficit = 0;
        double step = 0.05;
        for (double time = step / 2; time < end; time += step) {
            for (Told guest : guests.values()) {
                double wanted = guest.target.floorEntry(time).getValue() - guest.actual;
                guest.actual += Math.max(-0.95 * 1024 * step, Math.min(2.3 * 1024 * step, wanted));
                double needed = guest.demand.floorEntry(time).getValue();
                deficit += Math.max(0, needed - guest.actual) * step / 1024;
            }
        }
        return deficit;
    }

    @Test
    void thePlotIsOneBandForEachGuest() throws IOException {
        Path plot = directory.resolve("plot.svg");
        Ran ran = run("--trace", trace(7).toString(), "--plot", plot.toString(), "--policy", "watchdog");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(Files.readString(plot))
                .startsWith("<svg")
                .contains("guest-1", "guest-3")
                .endsWith("</svg>\n");
    }

    private Path trace(long seed) throws IOException {
        Path file = directory.resolve(seed + ".csv");
        Trace made = BurstGenerator.generate(seed, 3, 1_200, 16 * 1024, true, Shape.MIXED);
        try (Writer out = Files.newBufferedWriter(file)) {
            TraceFile.write(made, out);
        }
        return file;
    }

    private static Ran run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("simulate", "memory"));
        words.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Watchdog.commandLine(Watchdog.global(List.of(), Map.of()));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = line.execute(words.toArray(new String[0]));
        return new Ran(code, out.toString(), err.toString());
    }
}
