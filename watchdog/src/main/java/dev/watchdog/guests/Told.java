package dev.watchdog.guests;

import dev.watchdog.healing.FaultKey;
import dev.watchdog.healing.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the healer has been told, so that a thousand healthy guests are not news each second: what is faulty is told at
 * each look, the rest when it changes or when the healer asks. Confined to one thread.
 */
final class Told {
    private final Map<FaultKey, Class<?>> last = new HashMap<>();

    /** Which of all findings of a look are worth telling; for what is not among them any more, that it is gone. */
    List<Finding> news(List<Finding> all, Round round) {
        List<Finding> news = new ArrayList<>();
        Set<FaultKey> present = new HashSet<>();
        for (Finding each : all) {
            FaultKey key = each.key();
            present.add(key);
            Class<?> before = last.put(key, each.getClass());
            if (before == Finding.Faulty.class && each instanceof Finding.Unknown unknown && unknown.leftAlone()) {
                // what is left alone from now on has no fault that anybody would mend
                news.add(new Finding.Gone(key.subject(), key.kind(), round.at()));
            }
            boolean quiet = !(each instanceof Finding.Faulty) && each.getClass() == before;
            if (!quiet) {
                news.add(each);
            }
        }
        if (round.blind().isEmpty()) {
            last.keySet().removeIf(key -> {
                boolean gone = !present.contains(key);
                if (gone) {
                    news.add(new Finding.Gone(key.subject(), key.kind(), round.at()));
                }
                return gone;
            });
        }
        return news;
    }

    /** The healer wants to hear of this one again. */
    void ask(FaultKey key) {
        last.put(key, Object.class);
    }
}
