package dev.watchdog.bench;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Container starts at a steady pace, as near to it as the engine comes: containers that were made before and end by
 * themselves are started again and again, over the API, because the docker program costs more than what it asks for.
 */
final class StartStorm implements AutoCloseable {
    private static final int LANES = 4;

    private final Dockerd engine;
    private final List<String> made = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final List<Thread> lanes = new ArrayList<>();
    private final long between;
    private final long begin;
    private volatile boolean over;

    StartStorm(Dockerd engine, int perSecond, int containers) {
        this.engine = engine;
        this.between = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (int i = 0; i < containers; i++) {
            made.add(engine.docker()
                    .command("create", "--network", "none", "--name", "start-" + i, Docker.IMAGE, "sleep", "1")
                    .orFail()
                    .text());
        }
        begin = System.nanoTime();
        for (int i = 0; i < LANES; i++) {
            Thread lane = new Thread(this::live, "starts-" + i);
            lanes.add(lane);
            lane.start();
        }
    }

    /** Starts of a second, so far. */
    double rate() {
        return started.get() * 1e9 / (System.nanoTime() - begin);
    }

    private void live() {
        try {
            while (!over) {
                int mine = turn.getAndIncrement();
                long wait = begin + mine * between - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
                if (start(made.get(mine % made.size()))) {
                    started.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False for one that still runs. */
    private boolean start(String id) {
        String request = "POST /containers/" + id + "/start HTTP/1.0\r\nHost: d\r\nContent-Length: 0\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(engine.socket()));
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            return channel.read(answer) > 0 && new String(answer.array(), StandardCharsets.US_ASCII).contains(" 204 ");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            for (Thread lane : lanes) {
                lane.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (String id : made) {
            engine.docker().remove(id).orFail();
        }
    }
}
