package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.agent.Domains;
import dev.watchdog.agent.MadeUpDomain;
import dev.watchdog.events.ContractFiles;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command against a running agent that waits for approval, and without one. */
class CommandLineIT {
    private final MadeUpDomain lamps = new MadeUpDomain();
    private final List<Domain> domains = List.of(lamps);

    @TempDir
    Path directory;

    record Ran(int code, String out, String err) {}

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
    void aPersonFollowsAFaultFromTheFirstSightToTheEnd() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("status").code()).isZero();
            assertThat(run("faults").out()).isEqualTo("no open faults\n");
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            await().untilAsserted(() -> assertThat(run("actions").out()).contains("waiting (approval)"));
            assertThat(run("lamps").out()).contains("hall\\u001b[31m lamp", "faulty", "WATTS", "60");
            assertThat(run("lamps", "hall", "-o", "name").out()).isEqualTo("lamp/hall\n");
            assertThat(run("lamps", "--state", "healthy").out()).isEqualTo("nothing of that is watched here\n");
            assertThat(run("lamps", "-o", "wide").out()).contains("SUBJECT", "lamp/hall");
            assertThat(run("faults").out()).containsPattern("f1 +hall.*lamp.dark +faulty +[0-9]+s");
            assertThat(run("faults", "--kind", "dim").out()).isEqualTo("no open faults\n");
            assertThat(run("faults", "-o", "name", "--since", "PT1H").out()).isEqualTo("f1\n");
            assertThat(run("faults", "--since", "soon").err()).contains("--since must be a duration");
            assertThat(run("faults", "hall", "f1").out()).contains("fault.raised");
            assertThat(run("actions", "-o", "name", "--state", "waiting").out()).isEqualTo("a1\n");
            assertThat(run("faults", "-o", "xml").err()).contains("-o must be wide, json or name");
            assertThat(run("events", "--kind", "fault.raised", "--limit", "1000")
                            .out()
                            .lines())
                    .hasSize(1);

            Ran dry = run("heal", "f1", "--dry-run");
            assertThat(dry.code()).isZero();
            assertThat(dry.out()).contains("a new lamp", "lamp.change");

            Ran rejected = run("reject", "a1", "--reason", "not now");
            assertThat(rejected.code()).isZero();
            Ran none = run("approve", "a1");
            assertThat(none.code()).isEqualTo(1);
            assertThat(none.err()).contains("no action of that id waits");

            Ran healed = run("heal", "f1", "--reason", "now");
            assertThat(healed.code()).as(healed.toString()).isZero();
            assertThat(healed.out()).startsWith("succeeded");
            assertThat(run("faults").code()).isZero();
            assertThat(run("lamps").out()).containsPattern("REPAIRED.*\\n.*[0-9]s ago");
            assertThat(run("faults", "f1").out()).contains("fault.raised", "action.succeeded", "fault.cleared");
            assertThat(run("events", "--limit", "3").out().lines()).hasSize(3);
            assertThat(run("events", "--json").out()).contains("\"specversion\":\"1.0\"");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aVerbThatADomainDeclaresIsACommandOfItsName() throws IOException {
        assertThat(run("--help").out()).contains("polish", "Make a lamp brighter");
        assertThat(run("polish", "--help").out()).contains("LAMP", "--dry-run", "--reason");
        assertThat(run("polish").err()).contains("needs LAMP");
        try (Agent agent = start()) {
            assertThat(run("polish", "hall", "--reason", "guests come"))
                    .isEqualTo(new Ran(0, "succeeded: the hall lamp is as bright as can be\n", ""));
            Ran none = run("polish", "moon");
            assertThat(none.code()).isEqualTo(1);
            assertThat(none.out()).contains("there is no such lamp");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aPersonLooksAgainAndSetsAMode() throws IOException {
        try (Agent agent = start()) {
            Ran well = run("probe", "lamp/hall");
            assertThat(well.code()).as(well.toString()).isZero();
            assertThat(well.out()).startsWith("succeeded: lamp/hall: healthy");
            assertThat(run("probe", "hall").out()).startsWith("succeeded: lamp/hall: healthy");
            assertThat(run("probe", "f9").err()).contains("no open fault has that id");
            for (String unknown : List.of("f9", "zzz", "lamp/zzz", "lamp/hallway")) {
                assertThat(run("probe", unknown).code()).as(unknown).isEqualTo(2);
            }
            assertThat(run("probe", "lamp/hal1").err())
                    .contains("nothing that is called 'lamp/hal1' is watched here; near: lamp/hall");
            lamps.breakIt();
            Ran broken = run("probe", "hall");
            assertThat(broken.code()).as(broken.toString()).isEqualTo(1);
            lamps.hide();
            assertThat(run("probe", "hall").code()).isEqualTo(2);

            Ran set = run("set-mode", "lamp.dark", "observe", "--reason", "no lamps left");
            assertThat(set.out()).startsWith("succeeded: set the mode of lamp.dark to observe");
            assertThat(run("status").out()).containsPattern("mode of lamp.dark +observe, set by a command");
            assertThat(run("set-mode", "lamp.dark", "off").err()).contains("'mode' must be");
            assertThat(run("set-mode", "lamp.dark", "default").code()).isZero();
            assertThat(run("status").out()).containsPattern("mode of lamp.dark +propose\n");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void explainsAFaultInPlainWordsWhileItLastsAndAfterwards() throws IOException {
        try (Agent agent = start()) {
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            Ran open = run("explain", "f1");
            assertThat(open.code()).as(open.toString()).isZero();
            assertThat(open.out().replaceAll("[0-9]{4}-[0-9-]+T[0-9:]+Z", "NOW").replaceFirst("^.*-f1:", "f1:"))
                    .isEqualTo("""
                            f1: lamp.dark on lamp/hall

                            What was broken
                              It was dark in the hall.

                            Since when
                              Since NOW, and it still is.

                            Who did it
                              Not known.

                            The likely cause (burnt-out)
                              The lamp burnt out.
                              Lamps do.

                            What the agent did
                              lamp.change: waiting (approval): the mode of lamp.dark is propose

                            What would stop it from happening again
                              A better lamp. the hall lamp is dark
                            """);
            assertThat(run("explain", "f1", "--json").out()).contains("\"cause\":\"burnt-out\"", "\"fault\":{");
            assertThat(run("heal", "f1", "--reason", "now").code()).isZero();
            assertThat(run("explain", "lamp/hall").out())
                    .contains(" ms. Over: healed.", "lamp.change: succeeded: changed");
            assertThat(run("explain", "f99").err()).contains("no fault has that id");
            assertThat(run("explain", "f99").code()).isEqualTo(1);
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aWarningIsShownAndChangesNoExitCode() throws IOException {
        lamps.dim(true);
        Ran check = run("check");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(check.out())
                .contains("the hall lamp flickers")
                .endsWith("1 healthy, 0 faulty, 0 could not be seen, 1 to be warned of\n");
        assertThat(run("check", "--json").out()).contains("\"warnings\":1", "\"faulty\":0");
        try (Agent agent = start()) {
            await().untilAsserted(() -> assertThat(run("faults").out()).contains("lamp.dim", "warn"));
            assertThat(run("faults").code()).isZero();
            assertThat(run("status").code()).isZero();
            assertThat(run("status").out()).contains("of them warnings");
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            assertThat(run("status").code()).isEqualTo(1);
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aWishIsNoFaultButItsActionIsListedAndWaitsForApproval() throws IOException {
        lamps.wish(true);
        Ran check = run("check");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(check.out())
                .endsWith("2 healthy, 0 faulty, 0 could not be seen\n")
                .doesNotContain("brighter");
        try (Agent agent = start()) {
            await().untilAsserted(
                            () -> assertThat(run("actions").out()).contains("waiting (approval)", "lamp.change", "w1"));
            assertThat(run("faults", "--all")).isEqualTo(new Ran(0, "no faults\n", ""));
            assertThat(run("faults", "w1").err()).contains("no fault has that id");
            assertThat(run("status").code()).isZero();
            assertThat(run("status").out()).containsPattern("open faults +0\n");

            Ran approved = run("approve", "a1", "--reason", "go");
            assertThat(approved.code()).as(approved.toString()).isZero();
            await().untilAsserted(() -> assertThat(run("actions").out()).contains("succeeded"));
            assertThat(run("faults", "--all").out()).isEqualTo("no faults\n");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void watchesUntilItIsInterruptedAlsoOverARestartOfTheAgent() throws Exception {
        assertThat(run("lamps", "--every", "2s").err()).contains("--every needs --watch");
        assertThat(run("lamps", "--watch", "--every", "1ms").err()).contains("--every must be 100ms to 1d");
        assertThat(run("lamps", "--watch").code()).isEqualTo(3);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        AtomicInteger code = new AtomicInteger(-1);
        Thread watching = new Thread(() -> code.set(
                run(out, err, "lamps", "--watch", "--every", "100ms", "--json").code()));
        try (Agent agent = start()) {
            watching.start();
            await().until(() -> out.toString().lines().count() > 2);
            assertThat(agent.unitsDown()).isEmpty();
        }
        await().until(() -> err.toString().contains("going on when it is back"));
        lamps.breakIt();
        try (Agent agent = start()) {
            await().until(() -> out.toString().contains("\"state\":\"faulty\""));
            assertThat(agent.unitsDown()).isEmpty();
        }
        watching.interrupt();
        watching.join();
        assertThat(code).hasValue(0);
        assertThat(out.toString().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void aPauseIsThirtyMinutesUnlessSomebodySaysOtherwise() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("pause", "--for", "soon", "--reason", "x").err()).contains("--for must be a duration");
            assertThat(run("pause", "--for", "8d", "--reason", "x").code()).isEqualTo(1);
            Ran alone = run("pause");
            assertThat(alone.code()).as(alone.toString()).isZero();
            assertThat(run("status").out()).contains("no reason was given by ");
            assertThat(run("pause", "--for", "PT2H", "--reason", "moving disks").code())
                    .isZero();
            assertThat(run("status").out()).contains("moving disks");
            assertThat(run("resume").out()).isEqualTo("succeeded: resumed\n");
            assertThat(run("events", "--kind", "command.accepted").out())
                    .contains("pause from /hosts/", "/control-socket/users/" + System.getProperty("user.name"));
            assertThat(agent.unitsDown()).isEmpty();
        }
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
            assertThat(run(command, "--help").out()).as(command).doesNotContain("one look at everything, no agent");
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

    private Agent start() throws IOException {
        return Agent.start(new Agent.Setup(
                Configuration.load(file(), environment(), domains),
                domains,
                SystemClock.open(),
                new HostIdentity("0123456789abcdef0123456789abcdef", "testhost", "machine-id"),
                "test"));
    }

    private Map<String, String> environment() {
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

    private Path file() throws IOException {
        return Files.writeString(directory.resolve("watchdog.yaml"), "");
    }

    private Ran run(String... arguments) throws IOException {
        file();
        return run(new StringWriter(), new StringWriter(), arguments);
    }

    private Ran run(StringWriter out, StringWriter err, String... arguments) {
        Path file = directory.resolve("watchdog.yaml");
        CommandLine line = Watchdog.commandLine(Watchdog.global(domains, environment()));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = Stream.concat(Stream.of("--config", file.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        int code = line.execute(all);
        return new Ran(code, out.toString(), err.toString());
    }
}
