package dev.watchdog.web;

import dev.watchdog.journal.JournalException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. On the event loop of the request. */
final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
    private static final int INTERNAL = 500;

    private Reply() {}

    static void json(RoutingContext request, int status, Object body) {
        send(request, status, "application/json", body);
    }

    static void problem(RoutingContext request, Problem problem) {
        send(request, problem.status(), "application/problem+json", problem);
    }

    /** Answers 200 with what the future holds, or with the problem it failed with. */
    static void when(RoutingContext request, Future<?> body) {
        body.onSuccess(value -> json(request, 200, value)).onFailure(request::fail);
    }

    /** The end of every request that failed. */
    static void failed(RoutingContext request) {
        Throwable failure = request.failure();
        if (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (request.response().headWritten()) {
            request.request().connection().close();
        } else if (failure instanceof Problem.Refusal refusal) {
            problem(request, Problem.of(refusal.status(), String.valueOf(refusal.getMessage())));
        } else if (failure instanceof JournalException) {
            problem(request, Problem.of(503, String.valueOf(failure.getMessage())));
        } else if (failure == null) {
            problem(request, Problem.of(request.statusCode(), detail(request.statusCode())));
        } else if (request.statusCode() > 0 && request.statusCode() < INTERNAL) {
            problem(request, Problem.of(request.statusCode(), detail(request.statusCode())));
        } else {
            LOG.error("a request could not be served", failure);
            problem(request, Problem.of(INTERNAL, "the agent's log says why"));
        }
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "there is nothing here: /api/v1/status is a place to start";
            case 405 -> "this can only be read with GET; commands are POSTed to /api/v1/commands";
            case 413 -> "a command has at most " + CommandRequest.MOST_BYTES + " bytes";
            default -> "the request is not understood";
        };
    }

    private static void send(RoutingContext request, int status, String type, Object body) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", type)
                    .end(Json.write(body));
        }
    }
}
