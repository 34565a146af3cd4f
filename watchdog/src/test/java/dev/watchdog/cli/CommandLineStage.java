package dev.watchdog.cli;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.agent.MadeUpDomain;
import dev.watchdog.healing.Domain;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A command line, and an agent that waits for approval, with a domain of lamps. */
abstract class CommandLineStage {
    final MadeUpDomain lamps = new MadeUpDomain();
    final List<Domain> domains = List.of(lamps);

    @TempDir
    Path directory;

    record Ran(int code, String out, String err) {}

    Agent start() throws IOException {
        return Agent.start(new Agent.Setup(
                Configuration.load(file(), environment(), domains),
                domains,
                SystemClock.open(),
                new HostIdentity("0123456789abcdef0123456789abcdef", "testhost", "machine-id"),
                "test"));
    }

    Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "WATCHDOG_JOURNAL_DIRECTORY",
                directory.resolve("journal").toString(),
                "WATCHDOG_CONTROL_SOCKET",
                directory.resolve("control.sock").toString(),
                "WATCHDOG_MODE",
                "propose",
                "WATCHDOG_HTTP_LISTEN",
                "127.0.0.1:0"));
    }

    Path file() throws IOException {
        return Files.writeString(directory.resolve("watchdog.yaml"), "");
    }

    Ran run(String... arguments) throws IOException {
        file();
        return run(new StringWriter(), new StringWriter(), arguments);
    }

    Ran run(StringWriter out, StringWriter err, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        boolean named = !all.isEmpty() && !all.get(0).startsWith("-");
        all.addAll(
                named ? 1 : 0,
                List.of("--config", directory.resolve("watchdog.yaml").toString()));
        CommandLine line = Watchdog.commandLine(Watchdog.global(domains, environment()), all);
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(all.toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }
}
