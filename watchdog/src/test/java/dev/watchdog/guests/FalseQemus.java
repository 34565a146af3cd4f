package dev.watchdog.guests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Processes of an ordinary user that call themselves QEMU and claim on their command line to be a guest. */
final class FalseQemus implements AutoCloseable {
    /** What it is called must fit, too; ends with its input. */
    private static final String SCRIPT = "printf qemu-system-x86 > /proc/$$/comm; echo ready; read end";

    /** The arguments begin with what the process calls its program. */
    private static final String START = "exec -a \"$0\" sh -c '" + SCRIPT + "' \"$0\" \"$@\"";

    private final List<Process> processes = new ArrayList<>();

    FalseQemus(UUID guest, int count) throws IOException {
        this(List.of("qemu-system-x86_64", "-uuid", guest.toString()), count);
    }

    /** With these on their command lines. */
    FalseQemus(List<String> arguments, int count) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "bash", "-c", START));
        all.addAll(arguments);
        try {
            for (int i = 0; i < count; i++) {
                Process process = new ProcessBuilder(all).start();
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
