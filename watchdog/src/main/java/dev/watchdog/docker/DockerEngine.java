package dev.watchdog.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.watchdog.docker.EngineException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** An {@link Engine} through docker-java, over a Unix socket. */
public final class DockerEngine implements Engine {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final String address;
    private final Timing timing;
    private final Failures failures;
    private final ScheduledThreadPoolExecutor timer;
    private final Calls calls;
    private final ClientLease lease;
    private final Answers answers;
    private final Set<EngineEvents> watches = ConcurrentHashMap.newKeySet();

    /**
     * How patient to be.
     *
     * @param deadline for each call, waiting in the queue included
     * @param ping how often a stream that says nothing is asked whether its engine still lives
     * @param firstRetry wait before the first attempt to connect again; doubles
     * @param lastRetry what it doubles to
     * @param absentRetry what it doubles to while nothing listens there, which costs next to nothing to find out
     */
    public record Timing(
            Duration deadline, Duration ping, Duration firstRetry, Duration lastRetry, Duration absentRetry) {
        /** 5 s for a call, a ping every 10 s, 250 ms to 10 s between attempts, 1 s while the engine is absent. */
        public static final Timing SHIPPED = new Timing(
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofMillis(250),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1));
    }

    /**
     * Makes it; nothing is connected before the first call.
     *
     * @throws IllegalArgumentException for an address that is not {@code unix://} and an absolute path
     */
    public DockerEngine(String address, Timing timing) {
        if (!address.matches("unix:///[^\\p{Cntrl}\\s?#%]+")) {
            throw new IllegalArgumentException("not the address of a Docker engine: '" + Plain.line(address)
                    + "'; write unix:///path/of/the.sock");
        }
        String name = "docker-" + COUNT.incrementAndGet();
        this.address = address;
        this.timing = timing;
        this.failures = new Failures(address);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        this.calls = new Calls(name, timer, failures, GRACE);
        this.lease = new ClientLease(() -> new EngineClient(address, failures));
        this.answers = new Answers(failures);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public CompletableFuture<EngineInfo> info() {
        return call("info", client -> answers.info(client.docker().infoCmd().exec(), client.api()));
    }

    @Override
    public CompletableFuture<List<ContainerRef>> running() {
        return call("list", client -> {
            List<Container> listed = client.docker().listContainersCmd().exec();
            List<ContainerRef> running = new ArrayList<>(listed.size());
            for (Container container : listed) {
                running.add(answers.listed(container));
            }
            return List.copyOf(running);
        });
    }

    @Override
    public CompletableFuture<ContainerRecord> inspect(String id) {
        ContainerRef.requireId(id);
        return call(
                "inspect",
                client -> answers.inspected(
                        id, client.docker().inspectContainerCmd(id).exec()));
    }

    @Override
    public Runnable watch(EngineListener listener) {
        EngineEvents events = new EngineEvents(
                () -> new EngineClient(address, failures),
                this::prepare,
                this::ping,
                timer,
                timing,
                failures,
                listener);
        watches.add(events);
        events.start();
        return () -> {
            watches.remove(events);
            events.close();
        };
    }

    @Override
    public void close() {
        watches.forEach(EngineEvents::close);
        calls.close();
        lease.close();
        timer.shutdownNow();
    }

    /** How many threads of calls there are now. */
    int threads() {
        return calls.threads();
    }

    private CompletableFuture<Boolean> ping() {
        return call("ping", client -> {
            client.docker().pingCmd().exec();
            return true;
        });
    }

    /** Makes a stream's own client agree with the engine, on the pool because that blocks. */
    private CompletableFuture<DockerClient> prepare(EngineClient client) {
        return calls.call("version", timing.deadline, client::docker, client::close);
    }

    private <T> CompletableFuture<T> call(String what, Asked<T> asked) {
        AtomicReference<ClientLease.Shared> used = new AtomicReference<>();
        return calls.call(
                what,
                timing.deadline,
                () -> {
                    ClientLease.Shared shared = lease.take();
                    used.set(shared);
                    try {
                        return asked.of(shared.client());
                    } catch (Throwable e) {
                        if (failures.of(e).reason() != Reason.REFUSED) {
                            lease.retire(shared);
                        }
                        throw e;
                    } finally {
                        lease.giveBack(shared);
                    }
                },
                () -> {
                    ClientLease.Shared shared = used.get();
                    if (shared != null) {
                        shared.client().close();
                    }
                });
    }

    /** One call on a client; blocks. */
    private interface Asked<T> {
        T of(EngineClient client) throws Exception;
    }
}
