package dev.watchdog.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.github.dockerjava.api.exception.DockerException;
import dev.watchdog.docker.EngineException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/** Says in one line what docker-java's many exceptions mean. */
final class Failures {
    private static final int DEEPEST = 20;

    private final String address;

    Failures(String address) {
        this.address = address;
    }

    EngineException of(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && chain.size() < DEEPEST; cause = cause.getCause()) {
            chain.add(cause);
        }
        for (Throwable cause : chain) {
            if (cause instanceof EngineException known) {
                return known;
            }
            if (cause instanceof DockerException refused && refused.getHttpStatus() >= 300) {
                return refused(refused);
            }
            if (cause instanceof BadAnswer bad) {
                return bad.isTooLarge() ? tooLarge(bad) : garbage(failure, bad);
            }
            if (cause instanceof CancellationException || cause instanceof InterruptedException) {
                return new EngineException(
                        Reason.TIMEOUT, 0, "a call to Docker engine " + address + " was given up", failure);
            }
        }
        // Jackson's exceptions are IOExceptions too, and wrap the connection's
        for (Throwable cause : chain) {
            if (cause instanceof IOException && !(cause instanceof JacksonException)) {
                return broken(failure, cause);
            }
        }
        for (Throwable cause : chain) {
            if (cause instanceof JsonEOFException
                    || String.valueOf(cause.getMessage()).contains("shut down")) {
                return brokenOff(failure);
            }
            if (cause instanceof JacksonException) {
                return garbage(failure, cause);
            }
        }
        return garbage(failure, failure);
    }

    EngineException garbage(String what) {
        return new EngineException(Reason.GARBAGE, noEngine(what));
    }

    private String noEngine(String what) {
        return "what answers on " + address + " is no Docker engine (" + what + "); check docker.engines";
    }

    EngineException timeout(String call, long millis) {
        return new EngineException(
                Reason.TIMEOUT,
                "Docker engine " + address + " did not answer " + call + " within " + millis
                        + " ms; see whether dockerd hangs (kill -USR1 dumps its stacks)");
    }

    EngineException busy() {
        return new EngineException(
                Reason.BUSY, "too many calls wait for Docker engine " + address + "; it is slow or hangs, see its log");
    }

    EngineException closed() {
        return new EngineException(Reason.CLOSED, "Docker engine " + address + " is no longer watched");
    }

    EngineException ended() {
        return new EngineException(
                Reason.CUT, "Docker engine " + address + " ended the event stream; it is stopping or restarting");
    }

    private EngineException garbage(Throwable failure, Throwable cause) {
        return new EngineException(Reason.GARBAGE, 0, noEngine(Plain.line(cause.getMessage())), failure);
    }

    private EngineException tooLarge(BadAnswer bad) {
        return new EngineException(
                Reason.GARBAGE,
                0,
                "Docker engine " + address + " gave " + bad.getMessage() + ", which is not read",
                bad);
    }

    private EngineException refused(DockerException refused) {
        int status = refused.getHttpStatus();
        String text = Plain.line(refused.getMessage());
        return new EngineException(
                Reason.REFUSED,
                status,
                "Docker engine " + address + " refused with status " + status + ": " + text,
                refused);
    }

    private EngineException brokenOff(Throwable failure) {
        return new EngineException(
                Reason.CUT,
                0,
                "Docker engine " + address + " broke off its answer; it is stopping or restarting",
                failure);
    }

    /** The JDK has no exceptions of their own for most of these. */
    private EngineException broken(Throwable failure, Throwable cause) {
        String type = cause.getClass().getSimpleName();
        String text = Plain.line(cause.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("permission denied")) {
            return new EngineException(
                    Reason.DENIED,
                    0,
                    "may not open " + address + "; run as root or as a member of group docker",
                    failure);
        }
        if (lower.contains("no such file") || lower.contains("connection refused") || lower.contains("not a socket")) {
            return new EngineException(
                    Reason.ABSENT,
                    0,
                    "no Docker engine listens on " + address + "; start it or check docker.engines",
                    failure);
        }
        if (cause instanceof EOFException
                || type.contains("Closed")
                || lower.contains("reset")
                || lower.contains("broken pipe")
                || lower.contains("closed")) {
            return brokenOff(failure);
        }
        return new EngineException(
                Reason.CUT,
                0,
                "cannot talk to Docker engine " + address + " (" + type + ": " + text + "); see its log",
                failure);
    }
}
