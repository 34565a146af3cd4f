package dev.watchdog.agent;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.stream.Collectors;

/** One line per event, whatever is in it: a name with a newline or an escape sequence cannot forge another line. */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LONGEST = 4_000;
    private static final int FRAMES = 6;
    private static final int CAUSES = 4;

    @Override
    public String doLayout(ILoggingEvent event) {
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder(160)
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(' ')
                .append(event.getLevel())
                .append(' ')
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ");
        append(line, event.getFormattedMessage());
        IThrowableProxy failure = event.getThrowableProxy();
        for (int i = 0; failure != null && i < CAUSES; i++) {
            append(line, " | " + failure.getClassName() + ": " + failure.getMessage() + frames(failure));
            failure = failure.getCause();
        }
        return line.append('\n').toString();
    }

    private static String frames(IThrowableProxy failure) {
        return Arrays.stream(failure.getStackTraceElementProxyArray())
                .limit(FRAMES)
                .map(frame -> frame.getStackTraceElement().toString())
                .collect(Collectors.joining(" < ", " at ", ""));
    }

    private static void append(StringBuilder line, String text) {
        text.codePoints().limit(LONGEST).forEach(point -> {
            if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                line.append(point == '\n' ? "\\n" : String.format("\\u%04x", point));
            } else {
                line.appendCodePoint(point);
            }
        });
    }
}
