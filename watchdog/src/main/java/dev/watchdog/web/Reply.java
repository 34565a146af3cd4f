package dev.watchdog.web;

import dev.watchdog.journal.JournalException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. On the event loop of the request. */
final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
    private static final int INTERNAL = 500;
    private static final String PROBLEM_TYPE = "application/problem+json";

    private Reply() {}

    static void json(RoutingContext request, int status, Object body) {
        send(request, status, "application/json", body);
    }

    static void problem(RoutingContext request, Problem problem) {
        if (!request.response().closed()) {
            ConnectionContext.of(request).refusals().answered(problem.status());
        }
        send(request, problem.status(), PROBLEM_TYPE, problem);
    }

    /** Answers 200 with what is built when the request's turn comes, or with the problem that building failed with. */
    static <T> void when(RoutingContext request, Supplier<Future<T>> build) {
        build(request, build).onSuccess(value -> json(request, 200, value)).onFailure(request::fail);
    }

    /** Builds an answer that may be large, when it is the turn of the request's peer. */
    static <T> Future<T> build(RoutingContext request, Supplier<Future<T>> build) {
        ConnectionContext connection = ConnectionContext.of(request);
        return connection.builds().submit(connection.peer(), request.response()::closed, build);
    }

    /** A whole answer that refuses a request which no handler ever sees. */
    static byte[] refusal(Problem.Refusal refusal) {
        Problem problem = Problem.of(refusal.status(), String.valueOf(refusal.getMessage()));
        Buffer body = Json.write(problem);
        String allow = problem.status() == 405 ? "\r\nAllow: GET, POST" : "";
        String head = "HTTP/1.1 " + problem.status() + " " + problem.title() + "\r\nContent-Type: "
                + PROBLEM_TYPE + "\r\nContent-Length: " + body.length()
                + allow + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        return Buffer.buffer(head).appendBuffer(body).getBytes();
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
        send(request, status, type, Json.write(body));
    }

    static void send(RoutingContext request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", type);
        if (!AnswerWriter.write(ConnectionContext.of(request), response, body)) {
            response.putHeader("Retry-After", "1");
            problem(request, Problem.of(503, "too many answers wait for their readers: try again"));
        }
    }
}
