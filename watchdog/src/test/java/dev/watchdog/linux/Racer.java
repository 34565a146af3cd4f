package dev.watchdog.linux;

import dev.watchdog.linux.InsideContainer.Propagation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes all it can in a container's mount namespace, at random and as fast as it can, until it is closed: mounts over
 * "/", propagation, flags, binds, moves, forged overlays, another root. It always comes back to the root that it began
 * with, or ends.
 */
public final class Racer implements AutoCloseable {
    private static final String HOME = "/racer";
    private static final int LONGEST_PAUSE_NANOS = 100_000;

    private final InsideContainer inside;
    private final String upperText;
    private final String top;
    private final Random random;
    private final FileStatus own;
    private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::race, "racer");
    private volatile boolean stopped;
    private volatile boolean astray;

    private Racer(int pid, String upperText, long seed) throws IOException {
        inside = InsideContainer.of(pid);
        this.upperText = upperText;
        top = "/" + Path.of(upperText).getName(0);
        random = new Random(seed);
        own = inside.root();
        for (String each : new String[] {"b", "e", "f", "s", "p"}) {
            inside.makeDirectory(HOME + "/" + each);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Races in the namespace of a process.
     *
     * @param upperText what a forged overlay's options are to tell
     */
    public static Racer start(int pid, String upperText, long seed) throws IOException {
        return new Racer(pid, upperText, seed);
    }

    /** It has lost its way: the container's root is no more what it was. */
    public boolean isAstray() {
        return astray;
    }

    /** How often it did what. */
    public Map<String, LongAdder> done() {
        return done;
    }

    private void race() {
        while (!stopped && !astray) {
            int what = random.nextInt(10);
            String how = " done";
            try {
                act(what);
            } catch (IOException e) {
                how = " failed";
            }
            done.computeIfAbsent(what + how, first -> new LongAdder()).increment();
            try {
                comeBack();
            } catch (IOException e) {
                astray = true;
            }
        }
    }

    private void act(int what) throws IOException {
        switch (what) {
            case 0 -> over(() -> inside.tmpfs("/"));
            case 1 -> {
                inside.propagate("/", Propagation.SHARED);
                inside.tmpfs(HOME + "/s");
                inside.unmount(HOME + "/s");
            }
            case 2 -> inside.attributes("/", InsideContainer.CRIPPLED);
            case 3 -> {
                inside.bind("/", HOME + "/b");
                inside.unmount(HOME + "/b");
            }
            case 4 -> over(() -> inside.bind(HOME + "/b", "/"));
            case 5 -> {
                inside.propagate("/", Propagation.SLAVE);
                inside.propagate("/", Propagation.UNBINDABLE);
            }
            case 6 -> {
                inside.tmpfs(HOME + "/e");
                inside.move(HOME + "/e", HOME + "/f");
                inside.unmount(HOME + "/f");
            }
            case 7 -> over(() -> inside.forgeRoot(upperText, "FORGED"));
            case 8 -> {
                inside.tmpfs(HOME + "/p");
                inside.makeDirectory(HOME + "/p/old");
                inside.pivot(HOME + "/p", HOME + "/p/old");
                pause();
                inside.pivot("/old", "/old" + HOME + "/p");
                inside.unmount(HOME + "/p");
            }
            default -> over(() -> inside.bind("/", "/"));
        }
    }

    private void over(InsideContainer.Work mounting) throws IOException {
        mounting.run();
        inside.enter();
        pause();
    }

    private void pause() {
        LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
    }

    /** Takes off what is on top, and what else is left from an act that failed half-way. */
    private void comeBack() throws IOException {
        inside.enter();
        for (int i = 0; i < 4 && inside.root().mountId() != own.mountId(); i++) {
            inside.unmount("/");
            inside.enter();
        }
        astray = inside.root().mountId() != own.mountId();
        if (astray) {
            return;
        }
        inside.propagate("/", Propagation.PRIVATE);
        inside.attributes("/", MountAttributes.DEFAULT);
        for (MountEntry each : inside.mounts()) {
            if (each.mountPoint().startsWith(HOME) || each.mountPoint().equals(top)) {
                unmountIfThere(each.mountPoint());
            }
        }
    }

    /** It may have gone with what it was mounted on. */
    private void unmountIfThere(String mountPoint) {
        try {
            inside.unmount(mountPoint);
        } catch (IOException e) {
            done.computeIfAbsent("unmount failed", first -> new LongAdder()).increment();
        }
    }

    /** Ends within an act. */
    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inside.close();
    }
}
