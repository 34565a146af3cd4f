package dev.watchdog.agent;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Vert.x as a small agent needs it: few threads however many cores the host has, no files of its own in /tmp. */
final class VertxSetup {
    private static final int EVENT_LOOPS = 4;
    private static final int WORKERS = 4;
    private static final int INTERNAL = 2;
    /** Every second is Vert.x's own; an idle agent need not wake for that. */
    private static final long BLOCKED_CHECK_MILLIS = 5_000;

    private VertxSetup() {}

    static Vertx make() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(INTERNAL)
                .setBlockedThreadCheckInterval(BLOCKED_CHECK_MILLIS)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    }
}
