package dev.watchdog.kafka;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.healing.CommandSubjects;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.WatchedSubject;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the door for commands is made of, once for an agent; its verticle may be deployed again and again.
 *
 * @param keys who may command
 * @param again sends an answer that was given before once more, as it was; must not block
 * @param sources opens the commands' topic; no broker has to be there
 * @param why what a failure says, in one line and without any secret
 */
record CommandDoor(
        KafkaSettings settings,
        HostFacts host,
        KafkaDoor.Agent agent,
        KeySource keys,
        KafkaFigures figures,
        Consumer<Event> again,
        Function<Vertx, Future<CommandSource>> sources,
        Function<Throwable, String> why) {
    Intake intake(Bookmarks bookmarks, Context context) {
        return new Intake(
                new Judge(
                        host.id(),
                        host.labels(),
                        settings.commands(),
                        agent.journal().created()),
                bookmarks,
                agent.journal(),
                agent.clock(),
                agent.bus(),
                this::resolve,
                new CommandMeters(agent.registry()),
                again,
                context);
    }

    private CommandSubjects.Resolved resolve(CommandRequest request) {
        List<WatchedSubject> inventory = new ArrayList<>();
        Set<String> listed = new HashSet<>();
        for (DomainRuntime runtime : agent.runtimes().get()) {
            inventory.addAll(runtime.inventory());
            listed.addAll(runtime.subjects().keySet());
        }
        return new CommandSubjects(agent.policy(), agent.live().healer(), inventory, listed)
                .resolve(request.verb(), request.arguments());
    }
}
