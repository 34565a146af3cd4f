package dev.watchdog.containers;

import dev.watchdog.docker.ContainerRecord;
import dev.watchdog.docker.Engine;
import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.linux.ProcessId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds containers whose processes live on while their engine says that they have exited, or has removed them: an upgrade
 * that stops dockerd and containerd without live-restore, or that loses containerd's tasks, leaves some. The runtime's
 * own state files tell of them after the engine has forgotten.
 */
final class ForsakenContainers {
    private static final Logger LOG = LoggerFactory.getLogger(ForsakenContainers.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Engine engine;
    private final String source;
    private final MountNamespaces threads;
    private final StateFiles files;
    private final Function<ContainerRecord, RunningContainer> running;

    /** @param running what is told of one that runs after all */
    ForsakenContainers(
            Engine engine,
            String source,
            MountNamespaces threads,
            StateFiles files,
            Function<ContainerRecord, RunningContainer> running) {
        this.engine = engine;
        this.source = source;
        this.threads = threads;
        this.files = files;
        this.running = running;
    }

    /**
     * Looks for those that live and are not among these.
     *
     * @param process the engine's, proven
     */
    void find(List<RunningContainer> running, ProcessId process, ContainerSource.Listener told) {
        Set<String> known = running.stream().map(RunningContainer::id).collect(Collectors.toSet());
        CompletableFuture<Void> ignored = threads.here(LOOK, () -> files.running(source, process))
                .thenAccept(left ->
                        left.stream().filter(each -> !known.contains(each.id())).forEach(each -> ask(each, told)))
                .exceptionally(trouble -> {
                    LOG.warn("the state files of {} cannot be read: {}", source, trouble.getMessage());
                    return null;
                });
    }

    /** One that lives: what its engine says of it. */
    void ask(RunningContainer container, ContainerSource.Listener told) {
        CompletableFuture<Boolean> ignored = engine.inspect(container.id()).handle((record, failure) -> {
            if (failure == null) {
                judge(container, record, told);
            } else if (EngineFailures.isGone(failure)) {
                told.removed(container.id());
            }
            return true;
        });
    }

    private void judge(RunningContainer container, ContainerRecord record, ContainerSource.Listener told) {
        if (record.running()) {
            told.one(running.apply(record));
        } else {
            told.forsaken(container.named(record.name()));
        }
    }
}
