package dev.watchdog.bench;

import dev.watchdog.docker.Docker;
import dev.watchdog.kafka.KafkaAttack;
import dev.watchdog.linux.MountFlood;
import dev.watchdog.linux.Racer;
import dev.watchdog.linux.SocketFlood;
import dev.watchdog.web.Stranger;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All who can make large what the agent reads, at once: containers with as many mounts as a namespace takes, in one of
 * which somebody mounts at random; as many in the agent's own namespace; labels; Unix sockets; HTTP clients who read no
 * answer; batches of Kafka.
 */
final class Siege implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration STRANGERS_STAY = Duration.ofSeconds(20);
    private static final int FIRST_UID = 12_345;
    /** Below the hard limit of descriptors that a process has on most hosts. */
    private static final int SOCKETS_OF_ONE = 15_000;

    private static final int MANY_MOUNTS = 1 << 16;
    private static final int LABELS = 20_000;
    static final List<String> UNCONFINED = List.of(
            "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined");
    /** Doubles a tree of mounts sixteen times; a name of 200 letters makes the paths long. */
    static final String FLOOD = "mount -t tmpfs flood /tmp && n=$(echo " + "x".repeat(200) + ") && for i in"
            + " 0 1 2 3 4 5 6 7 8 9 a b c d e f; do mkdir /tmp/$n$i; done && for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do"
            + " mount -o rbind /tmp /tmp/$n$i || exit 1; done; exec sleep 100000";

    private static final String GET = " HTTP/1.1\\r\\nHost: localhost\\r\\nAccept: application/json\\r\\n\\r\\n";
    private static final List<String> REQUESTS = List.of(
            ("GET /api/v1/events?after=0&limit=1000" + GET).repeat(3),
            "GET /api/v1/status HTTP/1.1\\r\\nHost: loc",
            "GET /api/v1/events?after=0 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n",
            "GET /api/v1/faults?state=all" + GET + "GET /metrics" + GET + "GET /api/v1/subjects/container" + GET);

    /**
     * How much of each.
     *
     * @param flooded containers with 65,537 mounts and paths of up to 4 KiB each
     * @param sockets that one who listens holds, altogether
     * @param strangers local users, with 150 connections each
     */
    record Size(int flooded, int sockets, int strangers) {}

    private final Size size;
    private final IntSupplier port;
    private final List<Process> sockets = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread http = new Thread(this::besiegeHttp, "http-attack");

    /** What ends those of them that have begun. */
    private final List<Closeable> ends = new ArrayList<>();

    private Siege(Size size, IntSupplier port) {
        this.size = size;
        this.port = port;
    }

    /**
     * Begins, and returns when all of them have what they want.
     *
     * @param port where the agent serves HTTP at the time
     */
    static Siege begin(Scene scene, Size size, KafkaAttack kafka, IntSupplier port) throws Exception {
        Siege siege = new Siege(size, port);
        boolean begun = false;
        try {
            siege.begin(scene, kafka);
            begun = true;
            return siege;
        } finally {
            if (!begun) {
                siege.close();
            }
        }
    }

    private void begin(Scene scene, KafkaAttack kafka) throws Exception {
        Docker docker = scene.docker();
        String ignored = docker.run("labelled", labels(scene.directory("labels")));
        String racing = docker.run("racing", UNCONFINED);
        List<String> flooded = new ArrayList<>();
        for (int i = 0; i < size.flooded(); i++) {
            flooded.add(docker.run("flooded-" + i, UNCONFINED, "sh", "-c", FLOOD));
        }
        for (String each : flooded) {
            awaitMounts((int) docker.pid(each));
        }
        int self = (int) ProcessHandle.current().pid();
        Path mounts = scene.directory("mounts");
        ends.add(() -> MountFlood.remove(self, mounts));
        MountFlood.inside(self, mounts, 16);
        awaitMounts(self);
        Scene.say("mounts are made");
        flood(Path.of("/tmp"));
        Scene.say("sockets are made");
        Racer racer = Racer.start((int) docker.pid(racing), docker.inspect(racing, ".GraphDriver.Data.UpperDir"), 1);
        ends.add(0, racer::close);
        http.setDaemon(true);
        http.start();
        kafka.begin();
    }

    /** Options of {@code docker run}: ten megabytes of labels, which the engine tells with each list and each event. */
    static List<String> labels(Path directory) throws IOException {
        Path labels = Files.write(
                directory.resolve("labels"),
                IntStream.range(0, LABELS)
                        .mapToObj(i -> "k" + "y".repeat(200) + i + "=" + "v".repeat(300))
                        .toList());
        return List.of("--label-file", labels.toString());
    }

    private static void awaitMounts(int pid) throws Exception {
        long begun = System.nanoTime();
        while (mounts(pid) <= MANY_MOUNTS) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException("only " + mounts(pid) + " mounts in the namespace of " + pid);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static long mounts(int pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/mountinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.count();
        }
    }

    private void flood(Path temporary) throws IOException {
        Path above = Files.createTempDirectory(
                temporary,
                "siege-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            for (int left = size.sockets(); left > 0; left -= SOCKETS_OF_ONE) {
                Path theirs = Files.createDirectory(above.resolve("sockets-" + left));
                sockets.add(SocketFlood.start(theirs, Math.min(left, SOCKETS_OF_ONE)));
            }
            for (Process each : sockets) {
                String said = new BufferedReader(
                                new InputStreamReader(each.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                if (!"ready".equals(said)) {
                    throw new IllegalStateException("a flood of sockets ended: " + said);
                }
            }
        } finally {
            // each sees its own files in its own namespace
            dev.watchdog.testing.Trees.delete(above);
        }
    }

    /** How many Unix sockets there are in this network namespace. */
    long listening() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/unix"), StandardCharsets.ISO_8859_1)) {
            return lines.count();
        }
    }

    /** Users who connect, ask and do not read; after a while others like them. */
    private void besiegeHttp() {
        try {
            boolean goingOn = true;
            while (goingOn) {
                List<Stranger> strangers = new ArrayList<>();
                try {
                    for (int i = 0; i < size.strangers(); i++) {
                        String request = REQUESTS.get(i % REQUESTS.size());
                        strangers.add(new Stranger(FIRST_UID + i, port.getAsInt(), 150, 7, request));
                    }
                    goingOn = !over.await(STRANGERS_STAY.toSeconds(), TimeUnit.SECONDS);
                } finally {
                    strangers.forEach(Stranger::close);
                }
            }
        } catch (IOException e) {
            Scene.say("the attack on HTTP ended: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        sockets.forEach(Process::destroyForcibly);
        for (Closeable each : ends) {
            each.close();
        }
        try {
            http.join();
            for (Process each : sockets) {
                each.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
