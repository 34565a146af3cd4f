package dev.watchdog.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.OwnedPath;
import dev.watchdog.testing.InstalledProgram;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Trees;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a user without rights prepared in the shared temporary directory is neither used nor touched, and nothing is made
 * there: the agent runs in a mount namespace whose {@code /tmp} is watched, with a home directory that is read-only.
 */
@NeedsRoot
class TemporaryFilesKernelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Names that the JVM and the libraries are known to use: JNA's holds the hash of "root". */
    private static final List<String> PLANTED = List.of(
            "hsperfdata_root",
            "jna-" + "root".hashCode(),
            "vertx-cache",
            "liblz4-java-0.so",
            "sqlite-3.54.1.0-0-libsqlitejdbc.so",
            "watchdog");

    private Path base;
    private Path temporary;
    private InstalledProgram program;
    private WatchService watch;
    private WatchKey made;

    @BeforeEach
    void install() throws IOException {
        base = Files.createTempDirectory(Path.of("/var/lib"), "watchdog-it-");
        Files.setAttribute(base, "unix:mode", 0755);
        program = InstalledProgram.in(base.resolve("program"));
        temporary = Files.createDirectory(base.resolve("tmp"));
        Files.setAttribute(temporary, "unix:mode", 01777);
        for (String name : PLANTED) {
            Programs.run(
                            "setpriv",
                            "--reuid",
                            "12345",
                            "--regid",
                            "12345",
                            "--clear-groups",
                            "ln",
                            "-s",
                            base.resolve("program").toString(),
                            temporary.resolve(name).toString())
                    .orFail();
        }
        watch = temporary.getFileSystem().newWatchService();
        made = temporary.register(
                watch,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE,
                StandardWatchEventKinds.ENTRY_MODIFY);
    }

    @AfterEach
    void remove() throws IOException {
        watch.close();
        Trees.delete(base);
    }

    @Test
    void theAgentMapsWhatOnlyRootCanChangeAndMakesNothing() throws Exception {
        Path log = base.resolve("agent.log");
        Path configuration = Files.writeString(base.resolve("watchdog.yaml"), """
                mode: observe
                journal: { directory: "%1$s/journal" }
                http: { listen: "127.0.0.1:0" }
                control: { socket: "%1$s/run/control.sock" }
                docker: { engines: ["unix://%1$s/docker.sock"] }
                """.formatted(base));
        // makes the class archive, by a run in a temporary directory under a name that nobody can foresee
        Programs.run(program.command().toString(), "--version").orFail();
        Process agent = apart(log, List.of(program.command().toString(), "run", "--config", configuration.toString()));
        try {
            await().atMost(PATIENCE)
                    .failFast("the agent ended: " + log, () -> !agent.isAlive())
                    .until(() -> Files.readString(log).contains("ready in"));
            List<Path> mapped = mapped(Files.readString(Path.of("/proc/" + agent.pid() + "/maps")));
            assertOnlyRootCanChange(mapped);
            assertThat(mapped).anyMatch(file -> isOurs(file, "libjnidispatch.so"));
            assertThat(mapped).anyMatch(file -> isOurs(file, "libsqlitejdbc.so"));
            assertThat(mapped).anyMatch(file -> file.toString().endsWith(".jsa") && file.startsWith(base));
        } finally {
            agent.destroy();
            assertThat(agent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertNothingWasMade();
    }

    @Test
    void everyLibraryLoadsItsNativeCodeFromBesideTheJar() throws Exception {
        Path classes = Files.createDirectories(base.resolve("classes/dev/watchdog/security"));
        try (InputStream code = NativeCode.class.getResourceAsStream("NativeCode.class")) {
            Files.copy(Objects.requireNonNull(code), classes.resolve("NativeCode.class"));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        new LaunchedJava(program, base.resolve("java"))
                .options().stream()
                        .filter(option -> !option.startsWith("-XX:SharedArchiveFile="))
                        .forEach(command::add);
        command.addAll(List.of("-cp", program.jar() + ":" + base.resolve("classes"), NativeCode.class.getName()));
        Path out = base.resolve("maps");
        Process process = apart(out, command);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();

        List<Path> mapped = mapped(Files.readString(out));
        assertOnlyRootCanChange(mapped);
        for (String library :
                List.of("libjnidispatch", "libsqlitejdbc", "liblz4-java", "libsnappyjava", "libzstd-jni")) {
            assertThat(mapped).as(library).anyMatch(file -> isOurs(file, library));
        }
        assertNothingWasMade();
    }

    private boolean isOurs(Path file, String library) {
        return file.startsWith(program.directory().resolve("lib/native"))
                && file.getFileName().toString().startsWith(library);
    }

    /** Starts a program with another /tmp, which is watched, and another home of root's, which is read-only. */
    private Process apart(Path log, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                "mount --bind \"$1\" /tmp; mount -t tmpfs -o ro,mode=0700 none /root; shift; exec \"$@\"",
                "sh",
                temporary.toString()));
        all.addAll(command);
        return new ProcessBuilder(all)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The files in proc_pid_maps(5). Memory that has no file (memfd) has a name that begins with a slash, too. */
    private static List<Path> mapped(String maps) {
        TreeSet<String> files = new TreeSet<>();
        for (String line : maps.lines().toList()) {
            int path = line.indexOf('/');
            if (path >= 0 && !line.startsWith("/memfd:", path)) {
                files.add(line.substring(path));
            }
        }
        return files.stream().map(Path::of).toList();
    }

    private static void assertOnlyRootCanChange(List<Path> files) throws IOException {
        assertThat(files).hasSizeGreaterThan(10);
        for (Path file : files) {
            assertThat(file).exists();
            assertThat(OwnedPath.flaw(file)).as(file.toString()).isEmpty();
        }
    }

    private void assertNothingWasMade() throws IOException {
        List<String> events = new ArrayList<>();
        for (WatchEvent<?> event : made.pollEvents()) {
            events.add(event.kind() + " " + event.context());
        }
        assertThat(events).isEmpty();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(PLANTED);
        }
    }
}
