package dev.watchdog.testing;

import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The shell at a guest's second serial port. One thread at a time; no command is waited for past its deadline. */
final class GuestConsole implements AutoCloseable {
    private static final String DONE = "=done ";

    private final LineSocket shell;

    /** Connects to QEMU's end; the shell must be there already. */
    GuestConsole(Path socket) throws IOException {
        shell = new LineSocket(socket);
    }

    /** Has the shell run one line. */
    Ran run(String command, Duration deadline) throws IOException {
        long until = System.nanoTime() + deadline.toNanos();
        shell.write(command, command, until);
        StringBuilder out = new StringBuilder();
        while (true) {
            String next = shell.read(command, until);
            if (next.startsWith(DONE)) {
                return new Ran(List.of(command), Integer.parseInt(next.substring(DONE.length())), out.toString(), "");
            }
            out.append(next).append('\n');
        }
    }

    @Override
    public void close() throws IOException {
        shell.close();
    }
}
