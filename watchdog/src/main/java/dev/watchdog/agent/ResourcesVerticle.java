package dev.watchdog.agent;

import dev.watchdog.healing.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at {@link Resources} every ten seconds and tells the healer what is short. */
final class ResourcesVerticle extends VerticleBase {
    private static final long EVERY_MILLIS = 10_000;

    private final Resources resources;
    private final Bus bus;
    private final Map<String, Boolean> told = new HashMap<>();

    ResourcesVerticle(Resources resources, Bus bus) {
        this.resources = resources;
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(1, EVERY_MILLIS, timer -> look());
        return Future.succeededFuture();
    }

    private void look() {
        Future<Void> looked = vertx.executeBlocking(() -> {
            resources.look();
            return null;
        });
        looked.onComplete(done -> List.of(Resources.FILES, Resources.THREADS).forEach(this::tell));
    }

    private void tell(String sensor) {
        String why = resources.shortages().get(sensor);
        Boolean before = told.put(sensor, why != null);
        if (before != null && before == (why != null)) {
            return;
        }
        if (why == null) {
            bus.sees(sensor);
        } else {
            bus.blind(sensor, why);
        }
    }
}
