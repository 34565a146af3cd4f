package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what appears in directories and what vanishes from them (inotify(7)), by a thread of its own that sleeps in
 * between. A watch pins neither the mount nor the mount namespace it was made in; when its directory goes it ends by
 * itself. Events can be lost, which is told, so look at the whole now and then. Safe from any thread.
 */
public final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);

    private final WatchService service;
    private final Listener listener;
    private final Map<WatchKey, String> directories = new ConcurrentHashMap<>();

    /** Who is told, on the watch's thread: be short. */
    public interface Listener {
        /** Something of that name is there now. */
        void appeared(String directory, String name);

        /** Nothing of that name is there any more. */
        void vanished(String directory, String name);

        /** Events were lost, or a directory has gone: look at everything. */
        void missed();
    }

    /** Starts the thread. Do not call it on a resident thread: a thread shares its maker's place in the file tree. */
    public DirectoryWatch(String thread, Listener listener) throws IOException {
        this.service = FileSystems.getDefault().newWatchService();
        this.listener = listener;
        Thread watcher = new Thread(this::live, thread);
        watcher.setDaemon(true);
        watcher.start();
    }

    /**
     * Everything that comes or goes after this returns is told. Watching the same directory again changes nothing.
     *
     * @param name what the listener is told it is called
     */
    public void watch(String name, Descriptor directory) throws IOException {
        int held = directory.hold();
        try {
            WatchKey key = Path.of("/proc/self/fd/" + held)
                    .register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            directories.put(key, name);
        } catch (ClosedWatchServiceException e) {
            throw new IOException("the watch of directories is closed", e);
        } finally {
            directory.release();
        }
    }

    private void live() {
        try {
            while (true) {
                WatchKey key = service.take();
                String directory = directories.getOrDefault(key, "");
                key.pollEvents().forEach(event -> tell(directory, event));
                if (!key.reset() && directories.remove(key) != null) {
                    told(listener::missed);
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("{} has ended", Thread.currentThread().getName());
        }
    }

    private void tell(String directory, WatchEvent<?> event) {
        if (event.context() instanceof Path path) {
            String name = path.toString();
            told(
                    event.kind() == StandardWatchEventKinds.ENTRY_CREATE
                            ? () -> listener.appeared(directory, name)
                            : () -> listener.vanished(directory, name));
        } else {
            told(listener::missed);
        }
    }

    private static void told(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of directories failed", e);
        }
    }

    /** Ends the thread and every watch. */
    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.warn("the watch of directories could not be closed: {}", e.getMessage());
        }
    }
}
