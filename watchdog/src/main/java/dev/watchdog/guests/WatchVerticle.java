package dev.watchdog.guests;

import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.SourceReport;
import dev.watchdog.libvirt.LibvirtException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sensor and detector: looks at every guest and the host each tick, and whenever a remedy asks; lets the policy decide and
 * tells the healer what came of it. Looks follow one another. On one worker thread at a time: the host's own numbers are
 * files of the kernel.
 */
final class WatchVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WatchVerticle.class);

    private static final String HOST = "host-memory";

    private final GuestsRuntime room;
    private final Findings findings;
    private final Told told = new Told();
    private final Set<String> connected = new HashSet<>();
    private final List<Runnable> watches = new ArrayList<>();

    /** The look that is under way, and the one that is to follow it. */
    private @Nullable Promise<Round> running;

    private @Nullable Promise<Round> next;

    WatchVerticle(GuestsRuntime room) {
        this.room = room;
        this.findings = new Findings(room.settings());
    }

    @Override
    public Future<?> start() {
        Context here = context;
        for (FaultKind kind : Kinds.FAULTS) {
            room.bus().look(kind.name(), key -> {
                told.ask(key);
                var unused = look();
            });
        }
        room.looksBy(() -> {
            Promise<Round> answer = Promise.promise();
            here.runOnContext(nothing -> look().onComplete(answer));
            return answer.future();
        });
        room.host().listen();
        // what is kept of a guest has to be known before the first look at it
        return Future.fromCompletionStage(room.lives().load(), here).onComplete(loaded -> follow(here));
    }

    private void follow(Context here) {
        room.sources().forEach(source -> watches.add(source.follow(new Hop(here, source))));
        vertx.setPeriodic(room.settings().tick().toMillis(), tick -> {
            // a host without libvirt is not looked at for guests that it cannot have
            if (running == null && !connected.isEmpty()) {
                var unused = look();
            }
        });
    }

    @Override
    public Future<?> stop() {
        watches.forEach(Runnable::run);
        return Future.succeededFuture();
    }

    /** A look that begins from now on. */
    private Future<Round> look() {
        if (running == null) {
            return begin(Promise.promise());
        }
        if (next == null) {
            next = Promise.promise();
        }
        return next.future();
    }

    private Future<Round> begin(Promise<Round> mine) {
        running = mine;
        Map<GuestSource, Future<List<SeenGuest>>> answers = new HashMap<>();
        room.sources().forEach(source -> answers.put(source, Future.fromCompletionStage(source.look(), context)));
        Future.join(new ArrayList<>(answers.values())).onComplete(done -> {
            try {
                mine.complete(take(answers));
                room.bus().sees(HOST);
            } catch (IOException e) {
                mine.fail(e);
                room.bus().blind(HOST, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                mine.fail(e);
                LOG.error("a look at the guests failed", e);
            }
            Promise<Round> after = next;
            running = null;
            next = null;
            if (after != null) {
                var unused = begin(after);
            }
        });
        return mine.future();
    }

    private Round take(Map<GuestSource, Future<List<SeenGuest>>> answers) throws IOException {
        Map<UUID, SeenGuest> guests = new HashMap<>();
        Set<String> blind = new HashSet<>();
        answers.forEach((source, answer) -> {
            if (answer.succeeded()) {
                room.bus().sees(source.name());
                room.report(
                        SourceReport.connected(source.name(), answer.result().size()));
                answer.result().forEach(each -> room.add(guests, each));
                return;
            }
            room.report(source, GuestSource.cause(answer.cause()));
            if (!silent(source, GuestSource.cause(answer.cause()))) {
                blind.add(source.name());
                room.bus()
                        .blind(
                                source.name(),
                                String.valueOf(GuestSource.cause(answer.cause()).getMessage()));
            }
        });
        Round round = room.judge(guests.values(), blind);
        room.bus().report(told.news(findings.of(round), round));
        room.publish(round);
        return round;
    }

    /** Nothing to report: there is no libvirt here, and nobody said that there is. */
    private boolean silent(GuestSource source, Throwable failure) {
        return OnePass.isAbsence(failure) && room.mayBeAbsent(source) && !connected.contains(source.name());
    }

    /** Comes on libvirt's threads. */
    private final class Hop implements GuestSource.Watcher {
        private final Context here;
        private final GuestSource source;

        Hop(Context here, GuestSource source) {
            this.here = here;
            this.source = source;
        }

        @Override
        public void connected() {
            here.runOnContext(nothing -> {
                connected.add(source.name());
                var unused = look();
            });
        }

        @Override
        public void lost(LibvirtException why) {
            here.runOnContext(nothing -> {
                room.report(source, why);
                if (!silent(source, why)) {
                    room.bus().blind(source.name(), String.valueOf(why.getMessage()));
                }
            });
        }

        @Override
        public void changed() {
            here.runOnContext(nothing -> {
                var unused = look();
            });
        }

        @Override
        public void restarted(UUID guest, boolean boots) {
            if (boots) {
                room.lives().began(guest, room.clock().now().sinceBoot().toMillis());
            }
            room.policing().restarted(guest.toString());
            changed();
        }
    }
}
