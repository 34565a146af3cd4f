package dev.watchdog.web;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folds what the journal says of actions into what became of each. Pure. */
final class ActionFold {
    private ActionFold() {}

    /** The actions that these events, in their order, tell of; those first told of come first. */
    static List<ActionView> of(List<Event> events, String host) {
        Map<String, Course> courses = new LinkedHashMap<>();
        for (Event event : events) {
            if (event.data() instanceof ActionEvent action) {
                courses.computeIfAbsent(action.action(), id -> new Course(action, event.subject()))
                        .add(action, event.time());
            }
        }
        return courses.values().stream().map(course -> course.view(host)).toList();
    }

    /** One action on its way. */
    private static final class Course {
        private final ActionEvent first;
        private final Subject subject;
        private String state = "waiting";
        private @Nullable String origin;
        private int attempt;
        private @Nullable String gate;
        private @Nullable String why;
        private @Nullable Instant until;
        private @Nullable Instant requested;
        private @Nullable Instant started;
        private @Nullable Instant ended;
        private @Nullable Evidence plan;
        private @Nullable Evidence result;
        private @Nullable Map<String, Long> micros;

        Course(ActionEvent first, Subject subject) {
            this.first = first;
            this.subject = subject;
        }

        void add(ActionEvent event, Instant time) {
            if (event instanceof ActionEvent.Requested said) {
                requested = time;
                origin = said.origin();
                attempt = said.attempt();
            } else if (event instanceof ActionEvent.Held said) {
                hold(said.gate(), said.why(), said.until());
            } else if (event instanceof ActionEvent.Refused said) {
                hold(said.gate(), said.why(), null);
                end("refused", time);
            } else if (event instanceof ActionEvent.Started said) {
                hold(null, null, null);
                state = "running";
                started = time;
                plan = said.plan();
            } else if (event instanceof ActionEvent.Succeeded said) {
                result = said.result();
                micros = said.micros();
                end("succeeded", time);
            } else if (event instanceof ActionEvent.Failed said) {
                why = said.why();
                end("failed", time);
            } else if (event instanceof ActionEvent.Undone said) {
                why = said.why();
                end("undone", time);
            } else if (event instanceof ActionEvent.Interrupted said) {
                why = said.why();
                end("interrupted", time);
            }
        }

        private void hold(@Nullable String by, @Nullable String because, @Nullable Instant again) {
            gate = by;
            why = because;
            until = again;
        }

        private void end(String how, Instant time) {
            state = how;
            ended = time;
        }

        ActionView view(String host) {
            return new ActionView(
                    first.action(),
                    first.kind(),
                    first.fault(),
                    subject,
                    null,
                    host,
                    state,
                    origin,
                    attempt,
                    gate,
                    why,
                    until,
                    requested,
                    started,
                    ended,
                    plan,
                    result,
                    micros);
        }
    }
}
