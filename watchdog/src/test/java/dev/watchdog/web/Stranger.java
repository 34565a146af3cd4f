package dev.watchdog.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A user of this host without any rights, who opens connections with bash and keeps them. Needs root, to become him. */
final class Stranger implements AutoCloseable {
    /** A connection that the server ends is no error; the attack goes on. */
    private static final String SCRIPT = """
            trap '' PIPE
            exec 2>/dev/null
            port=$1 count=$2 times=$3 request=$4
            all=
            for ((i = 0; i < times; i++)); do all+=$request; done
            for ((i = 0; i < count; i++)); do
              { exec {fd}<>"/dev/tcp/127.0.0.1/$port" && printf '%b' "$all" >&"$fd"; } || true
            done
            echo ready
            sleep 600
            """;

    private final String user;
    private final Process process;

    /**
     * Begins.
     *
     * @param request what each connection sends, so many times, with backslashes as printf(1) has them; nothing is read
     */
    Stranger(int uid, int port, int connections, int times, String request) throws IOException {
        user = Integer.toString(uid);
        process = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--clear-groups",
                        "bash",
                        "-c",
                        "ulimit -n 4096; " + SCRIPT,
                        "stranger",
                        Integer.toString(port),
                        Integer.toString(connections),
                        Integer.toString(times),
                        request)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits until it has asked for all. */
    void awaitReady() throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        if (!"ready".equals(out.readLine())) {
            throw new IOException("the stranger ended: " + process.exitValue());
        }
    }

    /** How many of his connections the server has not ended: sockets in state ESTABLISHED, 01 in /proc/net/tcp. */
    int connectionsTo(int port) {
        String remote = String.format(" 0100007F:%04X 01 ", port);
        try {
            return (int) Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .filter(line -> line.contains(remote)
                            && line.trim().split(" +", -1)[7].equals(user))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
