package dev.watchdog.agent;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the log: at most so many lines a minute from each logger, so that something that goes wrong a thousand times a
 * second does not fill a disk. Time comes from the events.
 */
final class LogBudget extends Filter<ILoggingEvent> {
    static final int LINES_A_MINUTE = 200;

    private static final long WINDOW_MILLIS = 60_000;
    private static final int MOST_LOGGERS = 1_000;

    private final Map<String, Integer> lines = new HashMap<>();
    private long window;

    @Override
    public synchronized FilterReply decide(ILoggingEvent event) {
        if (Math.abs(event.getTimeStamp() - window) >= WINDOW_MILLIS || lines.size() > MOST_LOGGERS) {
            window = event.getTimeStamp();
            lines.clear();
        }
        int count = lines.merge(event.getLoggerName(), 1, Integer::sum);
        return count <= LINES_A_MINUTE ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
