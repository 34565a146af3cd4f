package dev.watchdog.docker;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a parameter of type {@link Dockerd} the one engine that all tests of this JVM share ({@link
 * Dockerd.Options#PLAIN}), started when first asked for and cleared away at the end. Tests remove their own containers
 * and neither stop nor freeze it.
 */
public final class SharedDockerd implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(SharedDockerd.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Dockerd.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent("engine", key -> Dockerd.launch(Dockerd.Options.PLAIN), Dockerd.class);
    }
}
