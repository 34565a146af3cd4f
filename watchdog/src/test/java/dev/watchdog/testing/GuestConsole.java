package dev.watchdog.testing;

import dev.watchdog.testing.Programs.Ran;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The shell at a guest's second serial port. One thread at a time; no command is waited for past its deadline. */
final class GuestConsole implements AutoCloseable {
    private static final String DONE = "=done ";

    private final SocketChannel channel;
    private final Selector readable;
    private final ByteBuffer some = ByteBuffer.allocate(1 << 12);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Connects to QEMU's end; the shell must be there already. */
    GuestConsole(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        readable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
        some.flip();
    }

    /** Has the shell run one line. */
    Ran run(String command, Duration deadline) throws IOException {
        long until = System.nanoTime() + deadline.toNanos();
        ByteBuffer bytes = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, command, until);
            }
        }
        StringBuilder out = new StringBuilder();
        while (true) {
            String next = line(command, until);
            if (next.startsWith(DONE)) {
                return new Ran(List.of(command), Integer.parseInt(next.substring(DONE.length())), out.toString(), "");
            }
            out.append(next).append('\n');
        }
    }

    private String line(String command, long until) throws IOException {
        line.reset();
        while (true) {
            while (some.hasRemaining()) {
                byte next = some.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            await(SelectionKey.OP_READ, command, until);
            some.clear();
            if (channel.read(some) < 0) {
                throw new AssertionError("QEMU closed the guest's serial port during " + command);
            }
            some.flip();
        }
    }

    private void await(int what, String command, long until) throws IOException {
        channel.keyFor(readable).interestOps(what);
        readable.select(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        readable.selectedKeys().clear();
        if (System.nanoTime() > until) {
            throw new AssertionError("the guest was not done in time with " + command);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
    }
}
