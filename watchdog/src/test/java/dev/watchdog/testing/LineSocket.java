package dev.watchdog.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A socket that lines go over, each way, none waited for past its deadline. One thread at a time. */
final class LineSocket implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector ready;
    private final ByteBuffer some = ByteBuffer.allocate(1 << 12);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineSocket(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        ready = Selector.open();
        channel.register(ready, SelectionKey.OP_READ);
        some.flip();
    }

    /**
     * Writes a line.
     *
     * @param what for, as a failure names it
     * @param until in {@link System#nanoTime}
     */
    void write(String text, String what, long until) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, what, until);
            }
        }
    }

    /** Reads the next line, without its end. */
    String read(String what, long until) throws IOException {
        line.reset();
        while (true) {
            while (some.hasRemaining()) {
                byte next = some.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            await(SelectionKey.OP_READ, what, until);
            some.clear();
            if (channel.read(some) < 0) {
                throw new AssertionError("QEMU closed the guest's port during " + what);
            }
            some.flip();
        }
    }

    private void await(int operation, String what, long until) throws IOException {
        channel.keyFor(ready).interestOps(operation);
        ready.select(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        ready.selectedKeys().clear();
        if (System.nanoTime() > until) {
            throw new AssertionError("the guest was not done in time with " + what);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        ready.close();
    }
}
