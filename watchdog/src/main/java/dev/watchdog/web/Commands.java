package dev.watchdog.web;

import dev.watchdog.events.CommandRules;
import dev.watchdog.events.Event;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Command;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door for commands. They go through the healer's ledger like those of any other door: one that was answered is not
 * carried out again, it gets that same answer. On one event loop.
 */
final class Commands {
    private static final String PATH = "/api/v1/commands";
    private static final Duration USUAL_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final int MOST_ENTRIES = 100;
    private static final String ON_BEHALF = "Watchdog-Sudo-User";
    private static final int LONGEST_USER = 64;

    private final Sources sources;
    private final Context context;
    private final @Nullable String origin;

    /**
     * Makes the door.
     *
     * @param origin what commands that come through it are known by; null for a door that takes none
     */
    Commands(Sources sources, Context context, @Nullable String origin) {
        this.sources = sources;
        this.context = context;
        this.origin = origin;
    }

    void route(Router router) {
        String door = origin;
        if (door == null) {
            router.post(PATH).handler(request -> {
                throw new Problem.Refusal(
                        403,
                        "commands are not taken here: send them through the control socket, as"
                                + " 'watchdog heal' and its like do");
            });
        } else {
            router.post(PATH)
                    .handler(BodyHandler.create(false).setBodyLimit(CommandRequest.MOST_BYTES))
                    .handler(request -> command(request, door));
        }
        router.get(PATH + "/:id").handler(this::answer);
    }

    /** An answer that is still to come. */
    record Pending(String command, String status) {}

    private void command(RoutingContext request, String door) {
        String type = request.request().getHeader("Content-Type");
        if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
            throw new Problem.Refusal(415, "a command is sent as application/json");
        }
        Duration wait = Parameters.wait(request, USUAL_WAIT, LONGEST_WAIT);
        Buffer body = request.body().buffer();
        Command command =
                CommandRequest.read(body == null ? new byte[0] : body.getBytes(), source(door, request), door);
        sources.bus()
                .ask(command, wait.isZero() ? Duration.ofMillis(1) : wait)
                .onSuccess(answer -> tell(request, answer))
                .onFailure(failure -> unanswered(request, command, failure));
    }

    /**
     * As it stands in the events: the door of this host and, through a Unix socket, the user whose process connected;
     * whom that one stands in for with sudo is what it says itself.
     */
    private String source(String door, RoutingContext request) {
        String user = ConnectionContext.of(request).peer().name();
        String claimed = request.request().getHeader(ON_BEHALF);
        String base = "/hosts/" + sources.about().hostId() + "/" + door;
        if (!user.startsWith("user ")) {
            return base;
        }
        String by = base + "/users/" + plain(user.substring("user ".length()));
        return claimed == null || claimed.isEmpty() ? by : by + "?sudo=" + plain(claimed);
    }

    private static String plain(String name) {
        return name.substring(0, Math.min(LONGEST_USER, name.length())).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private void unanswered(RoutingContext request, Command command, Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            request.fail(failure);
        } else if (reply.failureType() == ReplyFailure.TIMEOUT) {
            Reply.json(request, 202, new Pending(command.id(), "pending"));
        } else {
            Reply.problem(
                    request,
                    Problem.about(command.id(), 503, "the healer is not running: the agent's log says why, try again"));
        }
    }

    private void answer(RoutingContext request) {
        String id = request.pathParam("id");
        if (!CommandRules.isId(id)) {
            throw new Problem.Refusal(400, "that cannot be the id of a command");
        }
        Reply.build(request, () -> known(id))
                .onSuccess(events -> {
                    Optional<Answer> answer = finalAnswer(events);
                    if (answer.isPresent()) {
                        tell(request, answer.get());
                    } else if (events.isEmpty()) {
                        Reply.problem(request, Problem.about(id, 404, "the journal knows no command of this id"));
                    } else {
                        Reply.json(request, 202, new Pending(id, "pending"));
                    }
                })
                .onFailure(request::fail);
    }

    private void tell(RoutingContext request, Answer answer) {
        if (answer.status().equals(Answer.REJECTED) || answer.status().equals(Answer.EXPIRED)) {
            int status = sources.journal().writable() ? 409 : 503;
            Reply.problem(
                    request,
                    Problem.about(answer.command(), status, answer.result().summary()));
        } else {
            Reply.json(request, 200, answer);
        }
    }

    private Future<List<Event>> known(String id) {
        return Future.fromCompletionStage(sources.journal().read(new Query(0, MOST_ENTRIES, id, Set.of())), context);
    }

    private static Optional<Answer> finalAnswer(List<Event> events) {
        return events.stream()
                .flatMap(event -> Answer.of(event.data()).stream())
                .findFirst();
    }
}
