package dev.watchdog.guests;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Judges what somebody asks for, by a fresh look. On an event loop. */
final class OrderVerticle extends VerticleBase {
    private final GuestsRuntime room;

    OrderVerticle(GuestsRuntime room) {
        this.room = room;
    }

    @Override
    public Future<?> start() {
        return Future.join(
                room.bus()
                        .plan(
                                MemoryOrder.VERB.name(),
                                command -> room.look(context).map(round -> MemoryOrder.plan(round, command)))
                        .completion(),
                room.bus()
                        .plan(
                                ReleaseOrder.VERB.name(),
                                command -> room.look(context)
                                        .map(round -> ReleaseOrder.plan(round, command, room.policing()::release)))
                        .completion());
    }
}
