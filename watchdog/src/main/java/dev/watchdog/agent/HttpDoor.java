package dev.watchdog.agent;

import dev.watchdog.web.HttpVerticle;
import dev.watchdog.web.Sources;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the HTTP verticle anew for each deployment, and remembers the newest for its port. */
final class HttpDoor {
    private final Sources sources;
    private final ListenAddress listen;
    private final Set<String> names;
    private volatile @Nullable HttpVerticle newest;

    HttpDoor(Sources sources, ListenAddress listen, Set<String> names) {
        this.sources = sources;
        this.listen = listen;
        this.names = names;
    }

    HttpVerticle make() {
        HttpVerticle fresh = new HttpVerticle(sources, listen.host(), listen.port(), names);
        newest = fresh;
        return fresh;
    }

    ListenAddress address() {
        HttpVerticle verticle = newest;
        return new ListenAddress(listen.host(), verticle == null ? 0 : verticle.port());
    }
}
