package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoggingTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00.250Z");

    private final Logger logger = new LoggerContext().getLogger("dev.watchdog.agent.Some");

    @Test
    void anEventIsOneLineWhateverIsInIt() {
        LoggingEvent event = event("a\nb\u001b[2J\u202ec", new IllegalStateException("x\ny"), TIME);

        String line = new LineLayout().doLayout(event);

        assertThat(line)
                .startsWith("2026-11-22T10:00:00.250Z WARN Some: a\\nb\\u001b[2J\\u202ec"
                        + " | java.lang.IllegalStateException: x\\ny at dev.watchdog.agent.LoggingTest.")
                .endsWith("\n");
        assertThat(line.lines()).hasSize(1);
    }

    @Test
    void aLoggerGetsSoManyLinesAMinuteAndNoMore() {
        LogBudget budget = new LogBudget();
        for (int i = 0; i < LogBudget.LINES_A_MINUTE; i++) {
            assertThat(budget.decide(event("x", null, TIME))).isEqualTo(FilterReply.NEUTRAL);
        }
        assertThat(budget.decide(event("x", null, TIME.plusSeconds(59)))).isEqualTo(FilterReply.DENY);
        assertThat(budget.decide(event("x", null, TIME.plusSeconds(60)))).isEqualTo(FilterReply.NEUTRAL);
    }

    private LoggingEvent event(String message, @org.jspecify.annotations.Nullable Throwable failure, Instant time) {
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, failure, new Object[0]);
        event.setInstant(time);
        return event;
    }
}
