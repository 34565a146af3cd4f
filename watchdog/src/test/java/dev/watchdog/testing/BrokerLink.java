package dev.watchdog.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to one broker, which can be made slow and be cut in the middle of what it carries: a TCP proxy on a port that
 * the broker advertises. See {@link BrokerProcess#startBehind}. Safe to use from any thread.
 */
public final class BrokerLink implements AutoCloseable {
    private static final int CHUNK = 64 << 10;
    private static final Pace FAST = new Pace(0, Long.MAX_VALUE);

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = new HashSet<>();
    private volatile int target;
    private Pace pace = FAST;
    private @Nullable Cut cut;
    private boolean up = true;

    /** Which way bytes go. */
    public enum Way {
        TO_BROKER,
        TO_CLIENT
    }

    private record Pace(long delayNanos, long bytesPerSecond) {
        long nanos(int bytes) {
            return delayNanos + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        }
    }

    private record Cut(Way way, int atLeast, CompletableFuture<Void> done) {}

    /** Opens its port; it leads nowhere yet. */
    public BrokerLink() {
        try {
            server = new ServerSocket();
            server.setReceiveBufferSize(CHUNK);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** For clients that come this way. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port();
    }

    void leadTo(int port) {
        target = port;
    }

    /** From now on each chunk of up to 64 KiB comes so much later, and no connection carries more a second, either way. */
    public synchronized void slow(Duration delay, int bytesPerSecond) {
        pace = new Pace(delay.toNanos(), bytesPerSecond);
        notifyAll();
    }

    /** As fast as it goes again, also what is on its way. */
    public synchronized void fast() {
        pace = FAST;
        notifyAll();
    }

    /**
     * Cuts every connection in the middle of the next chunk that is so large and goes this way: half of it still arrives.
     * From then on nobody is let in.
     *
     * @return completes when that has happened
     */
    public synchronized CompletableFuture<Void> cut(Way way, int atLeast) {
        Cut wanted = new Cut(way, atLeast, new CompletableFuture<>());
        cut = wanted;
        return wanted.done();
    }

    /** Lets clients in again. */
    public synchronized void restore() {
        up = true;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                join(server.accept());
            } catch (IOException e) {
                // closed, or the broker is not there: whoever came was hung up on
            }
        }
    }

    @SuppressWarnings("resource") // closed by those who carry
    private void join(Socket client) throws IOException {
        Socket broker = new Socket();
        try {
            broker.setReceiveBufferSize(CHUNK);
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            enter(client, broker);
        } catch (IOException e) {
            client.close();
            broker.close();
            throw e;
        }
        threads.execute(() -> carry(client, broker, Way.TO_BROKER));
        threads.execute(() -> carry(broker, client, Way.TO_CLIENT));
    }

    private synchronized void enter(Socket client, Socket broker) throws IOException {
        if (!up) {
            throw new IOException("the link is cut");
        }
        sockets.add(client);
        sockets.add(broker);
    }

    private void carry(Socket from, Socket to, Way way) {
        byte[] chunk = new byte[CHUNK];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                Cut now = turn(way, length);
                out.write(chunk, 0, now == null ? length : length / 2);
                if (now != null) {
                    hangUp();
                    now.done().complete(null);
                }
            }
        } catch (IOException e) {
            // one side has gone, and so does the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            sockets.remove(from);
        }
    }

    /** Waits until a chunk may go on, and says whether it is cut. */
    private synchronized @Nullable Cut turn(Way way, int length) throws InterruptedException {
        long begun = System.nanoTime();
        for (long left = pace.nanos(length); left > 0; left = pace.nanos(length) - (System.nanoTime() - begun)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        Cut wanted = cut;
        if (wanted == null || wanted.way() != way || length < wanted.atLeast()) {
            return null;
        }
        cut = null;
        up = false;
        return wanted;
    }

    private void hangUp() {
        List<Socket> all;
        synchronized (this) {
            all = new ArrayList<>(sockets);
        }
        for (Socket each : all) {
            try {
                each.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            hangUp();
            threads.shutdownNow();
            if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new AssertionError("a thread of the link does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a link ended", e);
        }
    }
}
