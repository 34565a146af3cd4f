package dev.watchdog.cli;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.Niceness;
import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** The agent itself, on this terminal or under systemd. */
@Command(
        name = "run",
        description = "Runs the agent until it is told to stop.",
        footer = {
            "",
            "Sees and tells without root, but cannot mend then. SIGTERM and Ctrl-C let running",
            "actions end first, for up to 10 seconds. SIGHUP does not stop it.",
            "",
            "Example: watchdog run --config /etc/watchdog/watchdog.yaml"
        })
final class Run implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private static final int MILLIS_PER_TICK = 10;

    /** When every core is wanted by others a repair must not queue behind them; the agent itself wants little. */
    private static final int NICE = -10;

    private final Global global;

    Run(Global global) {
        this.global = global;
    }

    /** Whoever can change the program is what it runs as: that cannot be mended from inside, only told. */
    private static void tellWhoElseCanChangeTheProgram() {
        try {
            Path program = Path.of(Run.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            OwnedPath.flaw(program).ifPresent(flaw -> LOG.warn("others can change what runs here: {}", flaw.message()));
        } catch (IOException | URISyntaxException e) {
            LOG.debug("who can change the program cannot be told", e);
        }
    }

    private static void hurry() {
        try {
            if (!Niceness.setAll(NICE)) {
                LOG.debug("runs at the nice value it was given: another is not permitted");
            }
        } catch (IOException e) {
            LOG.debug("its threads cannot be told", e);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = global.configuration();
        hurry();
        tellWhoElseCanChangeTheProgram();
        HostClock clock = clock();
        HostIdentity identity = HostIdentity.read();
        Agent agent =
                Agent.start(new Agent.Setup(configuration, global.domains(), clock, identity, Watchdog.version()));
        AtomicInteger code = new AtomicInteger();
        StopSignal signal = StopSignal.listen();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            agent.close();
                            LOG.info("stopped: {}", why(signal.name(), code.get()));
                            Runtime.getRuntime().halt(code.get());
                        },
                        "stop"));
        LOG.info(
                "ready in {} ms: host {} ({}), control socket {}, http {}",
                sinceExec(clock),
                agent.about().hostName(),
                agent.about().hostId(),
                configuration.settings().control().socket(),
                agent.http().port() == 0 ? "not served" : agent.http());
        try {
            code.set(agent.ended().get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails this", e);
        }
        return code.get();
    }

    private static String why(String signal, int code) {
        if (!signal.isEmpty()) {
            return "by " + signal;
        }
        return code == 0 ? "told to by the JVM" : "it could not go on, exit code " + code + ": see above";
    }

    private static HostClock clock() {
        try {
            return SystemClock.open();
        } catch (IOException e) {
            throw new CommandFailure(Exit.CANNOT_START, "the kernel's clock cannot be read: " + e.getMessage());
        }
    }

    /** From the start of the process, which the kernel tells in ticks of 10 ms since boot, proc(5). */
    private static long sinceExec(HostClock clock) {
        try {
            long pid = ProcessHandle.current().pid();
            long start = Processes.startTime((int) pid) * MILLIS_PER_TICK;
            return clock.now().sinceBoot().toMillis() - start;
        } catch (IOException e) {
            LOG.debug("the start of the process cannot be told", e);
            return -1;
        }
    }
}
