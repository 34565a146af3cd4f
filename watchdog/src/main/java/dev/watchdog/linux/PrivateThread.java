package dev.watchdog.linux;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a mount namespace of its own, in which nothing it mounts is seen by others. The namespace goes with
 * the thread and the processes that were started by it.
 */
final class PrivateThread implements AutoCloseable {
    private final ExecutorService executor;

    PrivateThread(String name) {
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Steps into a new copy of the thread's namespace, with every mount made private. */
    void unshare() throws IOException {
        this.<@Nullable Object>call(() -> {
            Libc.check(Libc.unshare(Abi.CLONE_FS | Abi.CLONE_NEWNS), "unshare", "CLONE_FS|CLONE_NEWNS");
            Mounts.mount("none", "/", null, Abi.MS_REC | Abi.MS_PRIVATE, null);
            return null;
        });
    }

    /** Runs work on the thread and waits for it. */
    <T extends @Nullable Object> T call(Callable<T> work) throws IOException {
        try {
            return executor.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ErrnoException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            // the namespace is gone only when the thread is
            boolean ignored = executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
