package dev.watchdog.web;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.Journal;
import dev.watchdog.journal.Query;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * When each subject was last repaired, from the journal: as far back as {@link Lately#MOST} entries when it is first
 * asked, from then on every one. Each question reads only what is new. Confined to one event loop.
 */
final class LastRepairs {
    /** Of so many subjects it is known, those repaired last. */
    static final int MOST = 10_000;

    private static final int PAGE = 1_000;
    private static final Set<String> REPAIRS = Set.of("dev.watchdog.action.succeeded.v1");

    private final Journal journal;
    private final Context context;
    private final Map<Subject, Instant> last = new LinkedHashMap<>();
    private long read = -1;

    LastRepairs(Journal journal, Context context) {
        this.journal = journal;
        this.context = context;
    }

    /** As it is now. */
    Future<Map<Subject, Instant>> now() {
        long end = journal.last();
        if (read < 0) {
            read = Math.max(0, end - Lately.MOST);
        }
        if (read >= end) {
            return Future.succeededFuture(Map.copyOf(last));
        }
        return Future.fromCompletionStage(journal.read(new Query(read, PAGE, null, REPAIRS)), context)
                .compose(events -> {
                    events.forEach(this::take);
                    read = Math.max(
                            read,
                            events.size() < PAGE
                                    ? end
                                    : events.get(events.size() - 1).id());
                    return now();
                });
    }

    private void take(Event event) {
        if (event.data() instanceof ActionEvent.Succeeded) {
            last.remove(event.subject());
            last.put(event.subject(), event.time());
            if (last.size() > MOST) {
                last.remove(last.keySet().iterator().next());
            }
        }
    }
}
