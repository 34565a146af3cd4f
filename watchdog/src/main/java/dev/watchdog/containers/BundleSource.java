package dev.watchdog.containers;

import dev.watchdog.containerd.Bundles;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.DirectoryWatch;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import dev.watchdog.linux.UntrustedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of one containerd, from its bundles: CRI's pods, nerdctl's and ctr's. A bundle that appears is looked at
 * until its container runs; everything is listed when containerd is found and every so often. While containerd is away
 * its tasks live on in their shims, and the bundles are read as the agent sees them; without any, nothing runs there and
 * nothing is missed, unless somebody configured it: then it is told until it is there. What the agent sees may be another
 * directory than the one that containerd writes to, so an empty one proves nothing.
 */
final class BundleSource implements ContainerSource, DirectoryWatch.Listener {
    private static final String ALL_NAMESPACES = "";
    private static final Logger LOG = LoggerFactory.getLogger(BundleSource.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

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
    private final boolean expected;
    private final ContainerdProcess containerd;
    private final BundledContainers containers;
    private final AwaitedBundles awaited;
    private final MountNamespaces threads;
    private final Timing timing;
    private final EngineLock lock = new EngineLock();
    /** No lock is held over a look: it may never come back. */
    private final AtomicBoolean looking = new AtomicBoolean();

    private final AtomicInteger untilList = new AtomicInteger();
    private volatile @Nullable Listener listener;
    private volatile @Nullable DirectoryWatch watch;
    private volatile @Nullable TrustedProcess listed;
    private volatile boolean lost;
    private volatile boolean nobody;

    /** @param expected somebody has said that there is a containerd */
    BundleSource(String state, boolean expected, MountNamespaces threads, Timing timing) {
        this.state = state;
        this.expected = expected;
        this.containerd = new ContainerdProcess(state);
        this.containers = new BundledContainers(state, name());
        this.awaited = new AwaitedBundles(containerd, containers, threads, LOOK, this::tell);
        this.threads = threads;
        this.timing = timing;
    }

    @Override
    public String name() {
        return "containerd:" + state;
    }

    @Override
    public boolean expected() {
        return expected;
    }

    @Override
    public Optional<String> nobody() {
        return nobody ? Optional.of(silence()) : Optional.empty();
    }

    private String silence() {
        return "nothing listens on " + containerd.socket();
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
        CompletableFuture<Void> ignored = checkSoon(told).handle((done, failure) -> {
            if (failure != null) {
                told.blind(name(), "its bundles cannot be read: " + failure.getMessage(), false);
                missed();
            }
            later(timing.check, this::tick);
            return null;
        });
    }

    private CompletableFuture<?> checkSoon(Listener told) {
        return threads.here(LOOK, () -> {
            check(told);
            return true;
        });
    }

    /** Lists when containerd has just been found, when it is time, and once as the agent sees it when it is away. */
    private void check(Listener told) throws IOException {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            TrustedProcess now = containerd.meet();
            nobody = now == null;
            if (now == null) {
                away(told);
                return;
            }
            lost = false;
            if (isRefused(told, now.again())) {
                return;
            }
            if (now != listed || untilList.getAndDecrement() <= 0) {
                untilList.set(timing.list);
                listed = now;
                try (RootView files = RootView.of(now.pidfd())) {
                    Following following = new Following();
                    tell(told, containers.list(files, following), following);
                }
            }
        } catch (UntrustedException e) {
            lost = false;
            told.blind(name(), "who listens on " + containerd.socket() + " is left alone: " + e.getMessage(), false);
            if (listed != null || untilList.getAndDecrement() <= 0) {
                untilList.set(timing.list);
                listed = null;
                claim(told);
            }
        } finally {
            looking.set(false);
        }
    }

    /** Another agent looks after it, which is told. */
    private boolean isRefused(Listener told, @Nullable TrustedProcess eyes) throws IOException {
        String obstacle = ContainerdProcess.through(eyes, files -> Optional.ofNullable(lock.obstacle(files, state)))
                .orElse(null);
        if (obstacle != null) {
            listed = null;
            lost = false;
            told.blind(name(), obstacle, false);
        }
        return obstacle != null;
    }

    /** What the bundles tell is shown, and none of it is touched. */
    private void claim(Listener told) throws IOException {
        List<RunningContainer> left =
                ContainerdProcess.asTheAgent(files -> containers.list(files, BundledContainers.Tour.ALONE));
        told.claimed(
                name(),
                left.stream()
                        .map(each -> each.leftAlone("its containerd is not proven to be root's"))
                        .toList());
    }

    private void away(Listener told) throws IOException {
        if (isMissing()) {
            lost = false;
            told.blind(name(), missing(), false);
            return;
        }
        if (lost && untilList.get() > 0) {
            return;
        }
        lost = true;
        untilList.set(timing.list);
        Following following = new Following();
        List<RunningContainer> left = ContainerdProcess.asTheAgent(files -> containers.list(files, following));
        if (left.isEmpty() && !expected) {
            tell(told, left, following);
        } else if (left.isEmpty() || !isRefused(told, null)) {
            List<String> why = new ArrayList<>(following.unseen);
            why.add(0, silence() + (left.isEmpty() ? idle() : " and containers are there: start containerd"));
            told.blind(name(), String.join("; ", why), false);
            left.forEach(told::one);
        }
    }

    /** Of a part only, it is not known what has ended. */
    private void tell(Listener told, List<RunningContainer> found, Following following) {
        if (following.unseen.isEmpty()) {
            told.all(name(), found);
        } else {
            told.blind(name(), String.join("; ", following.unseen), false);
            found.forEach(told::one);
        }
    }

    private boolean isMissing() throws IOException {
        return expected && !containerd.hasState();
    }

    private String missing() {
        return "containerd.states names " + state
                + ", which is not a directory: correct it in the configuration, or start that containerd";
    }

    private static String idle() {
        return ": start that containerd, or correct containerd.states in the configuration";
    }

    private void tell(RunningContainer container) {
        Listener told = listener;
        if (told != null) {
            told.one(container);
        }
    }

    /** What a list comes by is followed from then on. */
    private final class Following implements BundledContainers.Tour {
        private static final int MOST_REASONS = 3;
        private final List<String> unseen = new ArrayList<>();

        @Override
        public void unseen(String why) {
            if (unseen.size() < MOST_REASONS) {
                unseen.add(why);
            }
        }

        @Override
        public void namespaces(Descriptor directory) throws IOException {
            namespace(ALL_NAMESPACES, directory);
        }

        @Override
        public void namespace(String name, Descriptor directory) throws IOException {
            DirectoryWatch following = watch;
            if (following != null) {
                following.watch(name, directory);
            }
        }

        @Override
        public void idle(String namespace, String id) {
            // one that is not awaited is found by the next list, as one is that takes too long
            boolean ignored = awaited.add(namespace, id);
        }
    }

    @Override
    public void appeared(String directory, String name) {
        if (directory.equals(ALL_NAMESPACES)) {
            missed();
            later(Duration.ZERO, this::listNow);
        } else if (Bundles.isIdentifier(name)) {
            if (!awaited.add(directory, name)) {
                missed();
            }
        }
    }

    /** A namespace is new: its first container does not wait for the next check. */
    private void listNow() {
        Listener told = listener;
        if (told != null) {
            CompletableFuture<Void> ignored = checkSoon(told).handle((done, failure) -> null);
        }
    }

    @Override
    public void vanished(String directory, String name) {
        Listener told = listener;
        if (told != null && !directory.equals(ALL_NAMESPACES)) {
            told.gone(BundledContainers.id(directory, name));
        }
    }

    @Override
    public void missed() {
        untilList.set(0);
    }

    private static void later(Duration wait, Runnable work) {
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
                .execute(work);
    }

    @Override
    public CompletableFuture<List<RunningContainer>> list() {
        return threads.here(LOOK, () -> {
            TrustedProcess found = containerd.find();
            nobody = found == null;
            if (found == null && isMissing()) {
                throw new IOException(missing());
            }
            return ContainerdProcess.through(found, files -> containers.list(files, BundledContainers.Tour.ALONE));
        });
    }

    @Override
    public void close() {
        listener = null;
        awaited.end();
        DirectoryWatch following = watch;
        if (following != null) {
            following.close();
        }
        containerd.end();
        lock.close();
    }
}
