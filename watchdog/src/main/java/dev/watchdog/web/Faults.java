package dev.watchdog.web;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventTypes;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.KnownNames;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults and actions: the open ones from live state, past ones folded from the journal. On one event loop. */
final class Faults {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;
    private static final Set<String> STATES = Set.of("open", "cleared", "all");
    private static final Set<String> ABOUT_ACTIONS = EventTypes.names().stream()
            .filter(type -> type.startsWith("dev.watchdog.action."))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> ABOUT_FAULTS = EventTypes.names().stream()
            .filter(type -> ABOUT_ACTIONS.contains(type) || type.startsWith("dev.watchdog.fault."))
            .collect(Collectors.toUnmodifiableSet());

    private final Sources sources;
    private final Lately lately;
    private final JournalPages pages;
    private final KnownNames eventNames;
    private final String host;

    Faults(Sources sources, Context context) {
        this.sources = sources;
        this.lately = new Lately(sources.journal(), context);
        this.pages = new JournalPages(sources.journal(), context);
        this.eventNames = sources.names();
        this.host = sources.about().hostId();
    }

    void route(Router router) {
        router.get("/api/v1/faults").handler(this::list);
        router.get("/api/v1/faults/:id").handler(request -> Reply.when(request, () -> one(request.pathParam("id"))));
        router.get("/api/v1/actions").handler(request -> {
            int limit = Parameters.limit(request, USUAL, MOST);
            Reply.when(request, () -> actions(limit));
        });
    }

    /**
     * A list of faults.
     *
     * @param open how many are open, shown here or not
     * @param complete false when the rest did not fit one answer
     */
    record FaultList(int open, List<RawValue> faults, boolean complete) {}

    /** One fault; its timeline holds its first thousand entries, or as many as fit one answer. */
    record FaultStory(FaultView fault, List<RawValue> timeline, boolean complete) {}

    /**
     * Actions: those waiting or running first, then those that ended, the newest first.
     *
     * @param complete false when the rest did not fit one answer
     */
    record ActionList(List<RawValue> actions, boolean complete) {}

    private void list(RoutingContext request) {
        int limit = Parameters.limit(request, MOST, MOST);
        String state = request.request().getParam("state", "open");
        if (!STATES.contains(state)) {
            throw new Problem.Refusal(400, "'state' must be open, cleared or all");
        }
        Reply.when(request, () -> list(limit, state));
    }

    /** What is watched now is called. */
    private Map<Subject, String> names() {
        Map<Subject, String> names = new HashMap<>();
        sources.runtimes().get().stream()
                .flatMap(runtime -> runtime.inventory().stream())
                .filter(each -> !each.name().isEmpty())
                .forEach(each -> names.put(each.subject(), each.name()));
        return names;
    }

    private Future<FaultList> list(int limit, String state) {
        List<Fault> open = sources.live().healer().faults();
        List<FaultView> shown = open.stream()
                .limit(state.equals("cleared") ? 0 : limit)
                .map(fault -> FaultView.open(fault, host))
                .toList();
        Future<List<FaultView>> past =
                state.equals("open") ? Future.succeededFuture(List.of()) : cleared(Math.min(limit, USUAL));
        return past.map(cleared -> {
            Map<Subject, String> names = names();
            JsonItems items = JsonItems.of(Stream.concat(shown.stream(), cleared.stream())
                    .limit(limit)
                    .map(each -> each.named(names))
                    .toList());
            boolean all = state.equals("cleared") || open.size() <= limit;
            return new FaultList(open.size(), items.list(), all && items.isComplete());
        });
    }

    private Future<List<FaultView>> cleared(int limit) {
        return lately.read(ABOUT_FAULTS, events -> ends(events) >= limit).map(events -> {
            Map<String, Event> raised = new HashMap<>();
            for (Event event : events) {
                if (event.data() instanceof FaultRaised first) {
                    raised.put(first.fault(), event);
                }
            }
            Map<String, List<ActionView>> actions =
                    ActionFold.of(events, host).stream().collect(Collectors.groupingBy(ActionView::fault));
            List<FaultView> past = new ArrayList<>();
            for (Event event : events) {
                if (event.data() instanceof FaultCleared end) {
                    List<ActionView> taken = actions.getOrDefault(end.fault(), List.of());
                    past.add(0, FaultView.cleared(event, end, raised.get(end.fault()), taken, sources.policy(), host));
                }
            }
            return past.subList(0, Math.min(limit, past.size()));
        });
    }

    private static long ends(List<Event> events) {
        return events.stream()
                .filter(event -> event.data() instanceof FaultCleared)
                .count();
    }

    private Future<FaultStory> one(String asked) {
        Fault open = sources.live().healer().fault(asked).orElse(null);
        String id = open != null ? open.id() : full(asked);
        JsonItems timeline = new JsonItems();
        List<Event> events = new ArrayList<>();
        return pages.each(
                        0,
                        MOST,
                        id,
                        event -> timeline.add(EventView.of(event, eventNames.of(event))) && events.add(event))
                .map(read -> {
                    FaultView fault = open != null ? FaultView.open(open, host) : past(events);
                    if (fault == null) {
                        throw new Problem.Refusal(
                                404, "no fault has that id: the list of all faults tells which there are");
                    }
                    List<ActionView> actions = merged(ActionFold.of(events, host), fault.actions());
                    return new FaultStory(
                            fault.with(actions).named(names()),
                            timeline.list(),
                            timeline.isComplete() && events.size() < MOST);
                });
    }

    /** What the journal tells, except of an action that live state knows better. */
    private static List<ActionView> merged(List<ActionView> journalled, List<ActionView> live) {
        Map<String, ActionView> all = new LinkedHashMap<>();
        journalled.forEach(action -> all.put(action.id(), action));
        live.forEach(action -> all.merge(action.id(), action, (told, now) -> told.ended() ? told : now.timedBy(told)));
        return List.copyOf(all.values());
    }

    /** A short id such as {@code f17} is one of this journal. */
    private String full(String asked) {
        return asked.indexOf('-') < 0 ? sources.journal().id() + "-" + asked : asked;
    }

    private @Nullable FaultView past(List<Event> events) {
        Event raised = null;
        Event end = null;
        for (Event event : events) {
            raised = event.data() instanceof FaultRaised ? event : raised;
            end = event.data() instanceof FaultCleared ? event : end;
        }
        if (end != null && end.data() instanceof FaultCleared cleared) {
            return FaultView.cleared(end, cleared, raised, List.of(), sources.policy(), host);
        }
        return null;
    }

    private Future<ActionList> actions(int limit) {
        List<ActionView> live = sources.live().healer().open().stream()
                .flatMap(open -> ActionView.of(open, host).stream())
                .toList();
        Set<String> known = live.stream().map(ActionView::id).collect(Collectors.toSet());
        int room = Math.max(0, limit - live.size());
        return lately.read(ABOUT_ACTIONS, events -> ended(events, known).size() >= room)
                .map(events -> {
                    List<ActionView> told = ActionFold.of(events, host).stream()
                            .filter(action -> known.contains(action.id()))
                            .toList();
                    List<ActionView> all = new ArrayList<>(merged(told, live));
                    ended(events, known).stream().limit(room).forEach(all::add);
                    Map<Subject, String> names = names();
                    JsonItems items = JsonItems.of(all.stream()
                            .limit(limit)
                            .map(each -> each.named(names))
                            .toList());
                    return new ActionList(items.list(), items.isComplete());
                });
    }

    private List<ActionView> ended(List<Event> events, Set<String> live) {
        return ActionFold.of(events, host).stream()
                .filter(action -> action.ended() && !live.contains(action.id()))
                .sorted(Comparator.comparing(ActionView::endedAt, Comparator.nullsLast(Comparator.reverseOrder())))
                .toList();
    }
}
