package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Asks again and again and shows each answer, until it is interrupted or nobody can see it any more. The first question
 * may fail like any command; from then on a failure is shown, and it goes on: agents restart.
 */
final class Watch {
    private final Supplier<JsonNode> question;
    private final Display display;
    private final HostClock clock;
    private final Duration every;
    private final Sleeper sleeper;

    /** Lets time pass. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(long millis) throws InterruptedException;
    }

    Watch(Supplier<JsonNode> question, Display display, HostClock clock, Duration every, Sleeper sleeper) {
        this.question = question;
        this.display = display;
        this.clock = clock;
        this.every = every;
        this.sleeper = sleeper;
    }

    /** Blocks until the end; returns the exit code. */
    int run() {
        JsonNode answer = question.get();
        Instant at = clock.now().wall();
        String trouble = "";
        while (display.show(answer, at, trouble)) {
            try {
                sleeper.sleep(every.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Exit.OK;
            }
            try {
                answer = question.get();
                at = clock.now().wall();
                trouble = "";
            } catch (CommandFailure e) {
                trouble = String.valueOf(e.getMessage());
            }
        }
        return Exit.OK;
    }
}
