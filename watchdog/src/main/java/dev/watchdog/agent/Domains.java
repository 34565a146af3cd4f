package dev.watchdog.agent;

import dev.watchdog.containers.ContainersDomain;
import dev.watchdog.guests.GuestsDomain;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.Enabled;
import java.lang.reflect.Method;
import java.util.List;

/** Which fault domains there are: one line each, and nothing else anywhere. */
public final class Domains {
    /** All of them. */
    public static final List<Domain> ALL = List.of(new ContainersDomain(), new GuestsDomain());

    private Domains() {}

    /** What a domain's settings say about taking part. */
    static Enabled enabled(Record settings) {
        try {
            Method accessor = settings.getClass().getMethod("enabled");
            accessor.setAccessible(true);
            return (Enabled) accessor.invoke(settings);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalStateException(settings.getClass() + " needs a component 'enabled' of type Enabled", e);
        }
    }
}
