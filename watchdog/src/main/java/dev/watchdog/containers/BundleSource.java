package dev.watchdog.containers;

import dev.watchdog.containerd.Bundle;
import dev.watchdog.containerd.Bundles;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.DirectoryWatch;
import dev.watchdog.linux.Listeners;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of one containerd, from its bundles: CRI's pods, nerdctl's and ctr's. Those of Docker, in the namespace
 * {@value #DOCKERS}, are its engine's to tell of. A bundle that appears is looked at until its container runs; everything
 * is listed when containerd is found and every so often. While containerd is away its tasks live on in their shims, and
 * the bundles are read as the agent sees them; without any, nothing runs there and nothing is missed.
 */
final class BundleSource implements ContainerSource, DirectoryWatch.Listener {
    private static final String DOCKERS = "moby";
    private static final String ALL_NAMESPACES = "";
    private static final Logger LOG = LoggerFactory.getLogger(BundleSource.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    /** Ten seconds altogether, for an image on a slow disk; the next list finds what is later still. */
    private static final int LOOKS_AT_ONE = 10;

    /**
     * How often.
     *
     * @param check whether containerd has come or gone
     * @param list everything, for what no event told of; in checks
     */
    record Timing(Duration check, int list) {
        static final Timing SHIPPED = new Timing(Duration.ofSeconds(3), 40);
    }

    private final String state;
    private final Bundles bundles;
    private final MountNamespaces threads;
    private final Timing timing;
    /** No lock is held over a look: it may never come back. */
    private final AtomicBoolean looking = new AtomicBoolean();

    private volatile @Nullable Listener listener;
    private volatile @Nullable DirectoryWatch watch;
    private volatile @Nullable Pidfd daemon;
    private final AtomicInteger untilList = new AtomicInteger();
    private volatile boolean lost;

    BundleSource(String state, MountNamespaces threads, Timing timing) {
        this.state = state;
        this.bundles = new Bundles(state);
        this.threads = threads;
        this.timing = timing;
    }

    @Override
    public String name() {
        return "containerd:" + state;
    }

    @Override
    public void follow(Listener told) {
        listener = told;
        try {
            watch = new DirectoryWatch("bundle-watch", this);
        } catch (IOException e) {
            LOG.warn("{}: new containers are only found by listing: {}", name(), e.getMessage());
        }
        tick();
    }

    private void tick() {
        Listener told = listener;
        if (told == null) {
            return;
        }
        CompletableFuture<Void> ignored = threads.here(LOOK, () -> {
                    check(told);
                    return null;
                })
                .handle((done, failure) -> {
                    if (failure != null) {
                        told.blind(name(), "its bundles cannot be read: " + failure.getMessage(), false);
                        missed();
                    }
                    later(timing.check, this::tick);
                    return null;
                });
    }

    /** Lists when containerd has just been found, when it is time, and once as the agent sees it when it is away. */
    private void check(Listener told) throws IOException {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            Pidfd known = daemon;
            Pidfd now = known != null && !known.exited() ? known : meet();
            if (now == null) {
                away(told);
                return;
            }
            lost = false;
            if (now != known || untilList.getAndDecrement() <= 0) {
                untilList.set(timing.list);
                try (RootView files = RootView.of(now)) {
                    told.all(name(), list(files, told));
                }
            }
        } finally {
            looking.set(false);
        }
    }

    private @Nullable Pidfd meet() throws IOException {
        letGo();
        Pidfd found = find();
        daemon = found;
        if (listener == null) {
            letGo();
        }
        return found;
    }

    private void away(Listener told) throws IOException {
        if (lost) {
            return;
        }
        lost = true;
        List<RunningContainer> left;
        try (Pidfd self = self();
                RootView files = RootView.of(self)) {
            left = list(files, told);
        }
        if (left.isEmpty()) {
            told.all(name(), left);
        } else {
            told.blind(
                    name(),
                    "nothing listens on " + state + "/" + Bundles.SOCKET
                            + " and containers are there: start containerd",
                    false);
            left.forEach(told::one);
        }
    }

    private @Nullable Pidfd find() throws IOException {
        List<Integer> listeners = Listeners.of(Path.of(state, Bundles.SOCKET));
        return listeners.isEmpty() ? null : Pidfd.open(listeners.get(0));
    }

    private static Pidfd self() throws IOException {
        return Pidfd.open((int) ProcessHandle.current().pid());
    }

    /** Those that run; those that are about to are told of later, when somebody listens. */
    private List<RunningContainer> list(RootView files, @Nullable Listener told) throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        try (Descriptor tasks = bundles.open(files)) {
            if (tasks == null) {
                return found;
            }
            follow(ALL_NAMESPACES, tasks);
            for (String namespace : bundles.namespaces(tasks)) {
                if (!namespace.equals(DOCKERS)) {
                    list(files, namespace, found, told);
                }
            }
        }
        return found;
    }

    private void list(RootView files, String namespace, List<RunningContainer> found, @Nullable Listener told)
            throws IOException {
        try (Descriptor directory = bundles.open(files, namespace)) {
            if (directory == null) {
                return;
            }
            follow(namespace, directory);
            for (String id : bundles.ids(directory)) {
                RunningContainer container = believed(files, namespace, id);
                if (container != null) {
                    found.add(container);
                } else if (told != null) {
                    lookLater(namespace, id, 0);
                }
            }
        }
    }

    private void follow(String name, Descriptor directory) throws IOException {
        DirectoryWatch following = watch;
        if (following != null) {
            following.watch(name, directory);
        }
    }

    /** Null while it does not run. */
    private @Nullable RunningContainer read(RootView files, String namespace, String id) throws IOException {
        Bundle bundle = bundles.read(files, namespace, id);
        return bundle == null || !Processes.exists(bundle.pid()) ? null : container(bundle);
    }

    /** Null as well when its bundle is not to be believed, which is told once in a while. */
    private @Nullable RunningContainer believed(RootView files, String namespace, String id) {
        try {
            return read(files, namespace, id);
        } catch (IOException e) {
            LOG.warn("{}: a bundle is not believed: {}", name(), e.getMessage());
            return null;
        }
    }

    private RunningContainer container(Bundle bundle) {
        Layer layer = bundle.mounted()
                ? new Layer.Snapshot(bundle.namespace(), bundle.id())
                : new Layer.LeftAlone("its root is a directory that containerd did not mount: no mount to lose");
        String name = bundle.name().isEmpty() ? bundle.namespace() + "/" + bundle.id() : bundle.name();
        String rootfs = bundle.mounted() ? bundle.rootfs() : "";
        return new RunningContainer(
                id(bundle.namespace(), bundle.id()), name, name(), bundle.pid(), rootfs, layer, 0, 0, null);
    }

    /** Ids that are random are unique; others only in their namespace. */
    static String id(String namespace, String id) {
        return ContainerRef.isId(id) ? id : namespace + ":" + id;
    }

    @Override
    public void appeared(String directory, String name) {
        if (directory.equals(ALL_NAMESPACES)) {
            missed();
            later(Duration.ZERO, this::listNow);
        } else if (Bundles.isIdentifier(name)) {
            lookLater(directory, name, 0);
        }
    }

    @Override
    public void vanished(String directory, String name) {
        Listener told = listener;
        if (told != null && !directory.equals(ALL_NAMESPACES)) {
            told.gone(id(directory, name));
        }
    }

    @Override
    public void missed() {
        untilList.set(0);
    }

    /** A namespace is new: its first container does not wait for the next check. */
    private void listNow() {
        Listener told = listener;
        if (told != null) {
            CompletableFuture<Void> ignored = threads.here(LOOK, () -> {
                        check(told);
                        return null;
                    })
                    .handle((done, failure) -> null);
        }
    }

    private void lookLater(String namespace, String id, int looks) {
        if (looks < LOOKS_AT_ONE) {
            later(FIRST_WAIT.multipliedBy(1L << looks).dividedBy(2), () -> look(namespace, id, looks + 1));
        }
    }

    private void look(String namespace, String id, int looks) {
        Listener told = listener;
        if (told == null) {
            return;
        }
        CompletableFuture<Void> ignored = threads.here(LOOK, () -> readNow(namespace, id))
                .handle((container, failure) -> {
                    if (failure == null && container != null) {
                        told.one(container);
                    } else {
                        lookLater(namespace, id, looks);
                    }
                    return null;
                });
    }

    private @Nullable RunningContainer readNow(String namespace, String id) throws IOException {
        try (Pidfd eyes = eyes();
                RootView files = RootView.of(eyes)) {
            return read(files, namespace, id);
        }
    }

    private Pidfd eyes() throws IOException {
        Pidfd known = daemon;
        return known == null ? self() : Pidfd.open(known.pid());
    }

    private static void later(Duration wait, Runnable work) {
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
                .execute(work);
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return threads.here(LOOK, () -> {
            Pidfd containerd = find();
            try (Pidfd eyes = containerd == null ? self() : containerd;
                    RootView files = RootView.of(eyes)) {
                return list(files, null);
            }
        });
    }

    private void letGo() {
        Pidfd known = daemon;
        daemon = null;
        if (known != null) {
            known.close();
        }
    }

    @Override
    public void close() {
        listener = null;
        DirectoryWatch following = watch;
        if (following != null) {
            following.close();
        }
        letGo();
    }
}
