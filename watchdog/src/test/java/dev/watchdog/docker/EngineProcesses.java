package dev.watchdog.docker;

import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.Programs;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The daemons of a private engine as processes: started with a log each, waited for and ended. */
final class EngineProcesses {
    static final Duration READY = Duration.ofMinutes(5);

    private final Path directory;
    private final List<Process> started = new ArrayList<>();

    /** @param directory where their logs are */
    EngineProcesses(Path directory) {
        this.directory = directory;
    }

    /** Starts one; what it says goes to the log of that name. */
    Process spawn(String name, List<String> command) {
        File log = directory.resolve(name + ".log").toFile();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            forgetEnded();
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Those that have ended by now were meant to. */
    void forgetEnded() {
        started.removeIf(earlier -> !earlier.isAlive());
    }

    /** Waits for the engine; fails with its logs when a process ends meanwhile. */
    void until(Callable<Boolean> condition) {
        try {
            await().atMost(READY)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        for (Process process : started) {
                            if (!process.isAlive()) {
                                throw new AssertionError("process " + process.pid() + " ended early");
                            }
                        }
                        return condition.call();
                    });
        } catch (RuntimeException | Error e) {
            throw new AssertionError("the private engine did not start\n" + EngineDirectory.logs(directory), e);
        }
    }

    /** Ends one and waits for that. */
    void end(Process process, boolean atOnce) {
        if (atOnce) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "process " + process.pid() + " did not end\n" + EngineDirectory.logs(directory));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static void signal(String name, Process process) {
        Programs.run("busybox", "kill", "-" + name, "" + process.pid()).orFail();
    }

    /** What comes before a command that is to run in the mount namespace of one. */
    static List<String> beside(Process process) {
        return List.of("nsenter", "-t", "" + process.pid(), "-m");
    }
}
