package dev.watchdog.containers;

import dev.watchdog.healing.Action;
import dev.watchdog.healing.Outcome;
import dev.watchdog.linux.Visit;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Carries out repairs, on the resident threads. One at a time for each container: a repair that hangs keeps its
 * container to itself until it has really ended, whatever the healer thinks of it by then.
 */
final class RemedyVerticle extends VerticleBase {
    private static final long AFTERWARDS_MILLIS = 1_000;

    private final ContainersRuntime room;
    private final RestoreRootfs remedy;

    RemedyVerticle(ContainersRuntime room, RestoreRootfs remedy) {
        this.room = room;
        this.remedy = remedy;
    }

    @Override
    public Future<?> start() {
        return room.bus().remedy(RootFindings.RESTORE.name(), this::carryOut).completion();
    }

    private Future<? extends Outcome> carryOut(Action action) {
        String id = action.subject().id();
        Watched watched = room.watchlist().find(id);
        if (watched == null) {
            return Future.succeededFuture(absent(id));
        }
        if (!room.underRepair().add(id)) {
            return Future.succeededFuture(new Outcome.Failed("an earlier repair of this container has not ended"));
        }
        Duration left = action.deadline().minus(room.clock().now().sinceBoot());
        AtomicBoolean taken = new AtomicBoolean();
        return Future.<Outcome>fromCompletionStage(
                        room.threads().<Outcome>visit(left.isNegative() ? Duration.ZERO : left, visit -> {
                            if (!taken.compareAndSet(false, true)) {
                                return new Outcome.Undone("its time was up before it began");
                            }
                            try {
                                return repair(visit, action, room.upToDate(watched));
                            } finally {
                                room.underRepair().remove(id);
                            }
                        }),
                        context)
                .recover(failure -> {
                    if (taken.compareAndSet(false, true)) {
                        room.underRepair().remove(id);
                    }
                    return Future.succeededFuture(failed(failure));
                })
                .onSuccess(outcome -> {
                    if (outcome instanceof Outcome.Gone) {
                        // if it was started anew meanwhile, what was seen of its new life closed with the old one's
                        // fault; a little later, when that has been written
                        vertx.setTimer(AFTERWARDS_MILLIS, timer -> room.lookAgain(id));
                    }
                });
    }

    /**
     * Once more, when a process that it was to be mended for exited meanwhile and another stands in for it: an engine
     * that dies in the middle of a repair is no failure of it, and no reason to cool down.
     */
    private Outcome repair(Visit visit, Action action, Watched watched) throws IOException {
        try {
            Outcome outcome = repairOnce(visit, action, watched);
            Watched anew = outcome instanceof Outcome.Undone ? room.upToDate(watched) : watched;
            return anew.equals(watched) ? outcome : repairOnce(visit, action, anew);
        } catch (IOException | IllegalStateException e) {
            // nothing of it is left
            Watched anew = room.upToDate(watched);
            if (anew.equals(watched)) {
                throw e;
            }
            return repairOnce(visit, action, anew);
        }
    }

    private Outcome repairOnce(Visit visit, Action action, Watched watched) throws IOException {
        Outcome outcome = remedy.repair(visit, action, watched, means(watched));
        room.rootMounts().remember(watched);
        return outcome;
    }

    private Mending.Means means(Watched watched) throws IOException {
        Mending mending = room.mending().getNow(Mending.impossible("the rehearsal of a repair has not ended"));
        Mending.Means means = mending.means(watched.identity());
        if (means == null) {
            throw new IOException(mending.cannotLook() == null ? mending.cannotMount() : mending.cannotLook());
        }
        return means;
    }

    private Outcome absent(String id) {
        return room.watchlist().knows(id)
                ? new Outcome.Failed("its root cannot be proved to be its own any more")
                : new Outcome.Gone("the container does not run any more");
    }

    private static Outcome failed(@Nullable Throwable failure) {
        String why = failure == null ? "" : String.valueOf(failure.getMessage());
        return failure instanceof java.util.concurrent.TimeoutException
                ? new Outcome.Failed("its time was up: " + why)
                : new Outcome.Undone(why);
    }
}
