package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Domains;
import dev.watchdog.events.ContractFiles;
import dev.watchdog.healing.SourceReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What each command says of itself, of mistakes, and where no agent runs. */
class CommandLineWithoutAgentIT extends CommandLineStage {
    @Test
    void withoutAnAgentEachCommandSaysHowToStartOne() throws IOException {
        for (String command :
                List.of("status", "faults", "actions", "events", "resume", "lamps", "heal f1", "explain f1")) {
            Ran ran = run(command.split(" "));
            assertThat(ran.code()).as(command).isEqualTo(3);
            assertThat(ran.err())
                    .isEqualTo("watchdog: no agent listens on " + directory.resolve("control.sock")
                            + ": start it with 'watchdog run', or name its socket with --socket\n");
        }
    }

    @Test
    void soItDoesWhereNoAgentEverRan() throws IOException {
        String socket = directory.resolve("never/control.sock").toString();
        assertThat(run("--socket", socket, "status").err()).startsWith("watchdog: no agent listens on " + socket);
    }

    @Test
    void checkTellsTheThreeStatesByItsExitCode() throws IOException {
        assertThat(run("check")).isEqualTo(new Ran(0, """
                NAME                 KIND       STATE
                hall\\u001b[31m lamp  lamp.dark  healthy
                hall\\u001b[31m lamp  lamp.dim   healthy
                2 healthy, 0 faulty, 0 could not be seen
                """, ""));
        lamps.breakIt();
        assertThat(run("check").code()).isEqualTo(1);
        assertThat(run("check", "--json").out()).contains("\"faulty\":1", "the hall lamp is dark");
        lamps.hide();
        assertThat(run("check").code()).isEqualTo(2);
    }

    @Test
    void eachSourceIsListedAndTheRequiredMustAnswer() throws IOException {
        String why = "nobody listens on /run/libvirt";
        lamps.sources(List.of(
                SourceReport.connected("docker:unix:///d", 3), SourceReport.absent("libvirt:qemu:///system", why)));
        Ran check = run("check");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(check.out())
                .containsPattern("docker:unix:///d +connected +3\n")
                .containsPattern("libvirt:qemu:///system +not there +" + why + "\n");
        assertThat(run("check", "--json").out()).contains("{\"name\":\"docker:unix:///d\",\"state\":\"connected\"");
        assertThat(run("check", "--require", "docker").code()).isZero();
        Ran both = run("check", "--require", "docker,libvirt");
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.out()).contains("required and does not answer: libvirt");
        assertThat(run("check", "--require", "dokcer").err()).contains("--require knows containerd, docker, libvirt");
        try (Agent agent = start()) {
            assertThat(run("status").out())
                    .containsPattern("source docker:unix:///d +connected, tells of 3\n")
                    .contains("not there: " + why);
            assertThat(run("lamps").err()).contains("libvirt:qemu:///system is not there: " + why);
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void whereNothingAnswersNothingIsHealthy() throws IOException {
        lamps.remove();
        lamps.sources(List.of(SourceReport.absent("libvirt:qemu:///system", "nobody listens")));
        Ran check = run("check");
        assertThat(check.code()).isEqualTo(2);
        assertThat(check.out()).endsWith("nothing was looked at: no source answers\n");
        lamps.sources(List.of(SourceReport.connected("libvirt:qemu:///system", 0)));
        assertThat(run("check").code()).isZero();
    }

    @Test
    void mistakesOnTheLineAreOneLine() throws IOException {
        assertThat(run("faults", "--fo\u001bo"))
                .isEqualTo(
                        new Ran(
                                2,
                                "",
                                "watchdog: 'watchdog faults' has no option '--fo\\u001bo'; 'watchdog faults --help' explains\n"));
        assertThat(run("fautls").err()).startsWith("watchdog: 'watchdog' has no command 'fautls': did you mean faults");
        assertThat(run("heal").err()).startsWith("watchdog: 'watchdog heal' needs FAULT; ");
        assertThat(run("faults", "--json", "--nonsense").err())
                .startsWith("{\"error\":\"'watchdog faults' has no option '--nonsense'");
        assertThat(run("faults", "-o", "json").err()).startsWith("{\"error\":\"no agent listens on ");
        assertThat(run("--log-level", "loud", "config").err()).contains("--log-level must be error, warn");
        assertThat(run().code()).isEqualTo(2);
        assertThat(run("--help").out()).contains("Exit codes:", "lamps", "the lamps that are watched");
    }

    @Test
    void helpAndVersionAreCommandsAndEachCommandHasItsOwnExamples() throws IOException {
        assertThat(run("help").out()).isEqualTo(run("--help").out());
        assertThat(run("help", "faults").out())
                .isEqualTo(run("faults", "--help").out());
        assertThat(run("version")).isEqualTo(new Ran(0, "watchdog " + Watchdog.version() + "\n", ""));
        assertThat(run("version", "--json").out()).contains("{\"version\":\"");
        for (String command : Watchdog.commandLine(Watchdog.global(domains, environment()))
                .getSubcommands()
                .keySet()) {
            Ran help = run(command, "--help");
            assertThat(help.out()).as(command).doesNotContain("one look at everything, no agent");
            // made for this command alone, and as a part of the whole command line
            StringWriter whole = new StringWriter();
            CommandLine line = Watchdog.commandLine(Watchdog.global(domains, environment()));
            line.setOut(new PrintWriter(whole)).execute(command, "--help");
            assertThat(help.out()).isEqualTo(whole.toString());
        }
    }

    @Test
    void schemasWritesWhatTheJarHolds() throws IOException {
        Path out = directory.resolve("contract");
        Ran ran = run("schemas", "--out", out.toString());
        assertThat(ran.code()).as(ran.toString()).isZero();
        for (String name : ContractFiles.names()) {
            assertThat(ran.out()).contains(out.resolve(name) + "\n");
            assertThat(out.resolve(name))
                    .hasBinaryContent(ContractFiles.read(name).orElseThrow());
        }
        assertThat(run("schemas").out()).contains("asyncapi.yaml\n", "schema/fault.raised.v1.json\n");
        Path file = Files.writeString(directory.resolve("file"), "");
        Ran nowhere = run("schemas", "--out", file.toString());
        assertThat(nowhere.code()).isEqualTo(1);
        assertThat(nowhere.err()).contains("cannot write into " + file, "name another with --out");
    }

    @Test
    void everyVerbHasACommand() throws IOException {
        Map<String, CommandLine> commands = Watchdog.commandLine(Watchdog.global(Domains.ALL, environment()))
                .getSubcommands();
        Domains.ALL.stream()
                .flatMap(domain -> domain.verbs().stream())
                .forEach(verb -> assertThat(commands).containsKey(verb.name()));
        assertThat(commands)
                .containsKeys(
                        "probe",
                        "heal",
                        "approve",
                        "reject",
                        "cancel",
                        "pause",
                        "resume",
                        "set-mode",
                        "report",
                        "set-guest-memory");
        try (Agent agent = start()) {
            assertThat(run("report").out()).startsWith("succeeded: no open faults");
            assertThat(run("cancel", "c-77").err()).contains("no command of that id is on its way");
            assertThat(run("cancel").err()).contains("'watchdog cancel' needs COMMAND");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAnError() throws IOException {
        try (PrintWriter full = new PrintWriter(Files.newBufferedWriter(Path.of("/dev/full")))) {
            StringWriter err = new StringWriter();
            CommandLine line = Watchdog.commandLine(Watchdog.global(domains, environment()));
            line.setOut(full).setErr(new PrintWriter(err));
            assertThat(line.execute("config", "--config", file().toString())).isEqualTo(74);
            assertThat(err.toString()).contains("the answer could not be written");
        }
    }

    @Test
    void aJournalIsReadWhereNoAgentRuns() throws IOException {
        String journal = directory.resolve("journal").toString();
        try (Agent agent = start()) {
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            assertThat(run("faults", "--journal", journal).err()).contains("is held by another agent");
            assertThat(agent.unitsDown()).isEmpty();
        }
        assertThat(run("faults").code()).isEqualTo(3);
        Ran faults = run("faults", "--journal", journal);
        assertThat(faults.code()).as(faults.toString()).isEqualTo(1);
        assertThat(faults.out()).contains("lamp.dark", "the hall lamp is dark");
        assertThat(run("explain", "f1", "--journal", journal).out()).contains("It was dark in the hall.");
        assertThat(run("actions", "--journal", journal).out()).contains("lamp.change");
        assertThat(run("events", "--journal", journal, "--limit", "1000").out()).contains("fault.raised");
        assertThat(run("events", "--follow", "--journal", journal).err()).contains("--follow needs an agent");
        assertThat(run("faults", "--journal", directory.toString()).err()).contains("there is no journal in");
    }

    @Test
    void configTellsWhereEachValueComesFrom() throws IOException {
        assertThat(run("config").out())
                .contains("journal.maxSize")
                .containsPattern("mode +propose +WATCHDOG_MODE\n")
                .containsPattern("domains\\.lamps\\.watts +60 +default\n");
        assertThat(run("config", "--json").out())
                .contains("{\"key\":\"mode\",\"value\":\"propose\",\"source\":\"WATCHDOG_MODE\"}");
    }
}
