package dev.watchdog.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one broker of this JVM, as a parameter of type {@link Broker}; it ends with the last test. Use a topic
 * prefix of your own, such as {@code broker.topics().prefix()}.
 */
public final class SharedBroker implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedBroker.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Broker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Held.class, key -> new Held(), Held.class).broker;
    }

    private static final class Held implements AutoCloseable {
        private final Path directory;
        private final Broker broker;

        Held() {
            try {
                directory = Files.createTempDirectory("wd-broker-");
            } catch (IOException e) {
                throw new AssertionError("no directory for a broker", e);
            }
            broker = Broker.start(directory, Map.of());
        }

        @Override
        public void close() throws IOException {
            broker.close();
            Trees.delete(directory);
        }
    }
}
