package dev.watchdog.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up, found by it as a service: in code, because reading XML costs the start a tenth of a second. One line
 * per event on stderr; the level of our own loggers is {@code --log-level} or {@code WATCHDOG_LOG_LEVEL}, {@code info}
 * otherwise; libraries only warn, and Kafka's only of what is an error: its clients warn with every try to connect, and
 * that a broker is away is told once, as a blind sensor.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** The system property that {@code --log-level} sets before the first logger is made. */
    public static final String LEVEL_PROPERTY = "watchdog.logLevel";

    /** What a level may be. */
    public static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    /** What the journal tells, see {@link EventLogVerticle}. */
    static final String EVENTS = "dev.watchdog.Events";

    private static final String OURS = "dev.watchdog";
    private static final String KAFKA = "org.apache.kafka";

    /** Logs an error with every try to log in. */
    private static final String KAFKA_CONNECTIONS = "org.apache.kafka.clients.NetworkClient";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        LineLayout layout = new LineLayout();
        layout.setContext(loggers);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(loggers);
        encoder.setLayout(layout);
        encoder.start();
        LogBudget budget = new LogBudget();
        budget.setContext(loggers);
        budget.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(loggers);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.addFilter(budget);
        stderr.start();
        ch.qos.logback.classic.Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        loggers.getLogger(OURS).setLevel(level());
        loggers.getLogger(KAFKA).setLevel(Level.ERROR);
        loggers.getLogger(KAFKA_CONNECTIONS).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** The journal's entries are not logged: of an agent that only lives for its own command, which tells them itself. */
    public static void withoutEvents() {
        if (LoggerFactory.getLogger(EVENTS) instanceof ch.qos.logback.classic.Logger events) {
            events.setLevel(Level.OFF);
        }
    }

    private static Level level() {
        String environment = System.getenv("WATCHDOG_LOG_LEVEL");
        String text = System.getProperty(LEVEL_PROPERTY, environment == null ? "info" : environment);
        return Level.toLevel(text.toUpperCase(Locale.ROOT), Level.INFO);
    }
}
