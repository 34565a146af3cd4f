package dev.watchdog.guests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Processes of an ordinary user that call themselves QEMU and claim on their command line to be a guest. */
final class FalseQemus implements AutoCloseable {
    /** What it is called must fit, too; ends with its input. */
    private static final String SCRIPT = "printf qemu-system-x86 > /proc/$$/comm; echo ready; read end";

    private final List<Process> processes = new ArrayList<>();

    FalseQemus(UUID guest, int count) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                Process process = new ProcessBuilder(
                                "setpriv",
                                "--reuid=12345",
                                "--regid=12345",
                                "--clear-groups",
                                "sh",
                                "-c",
                                SCRIPT,
                                "sh",
                                "-uuid",
                                guest.toString())
                        .start();
                processes.add(process);
                if (!"ready".equals(process.inputReader().readLine())) {
                    throw new AssertionError("a process that claims to be a guest has not started");
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(each -> each.onExit().join());
    }
}
