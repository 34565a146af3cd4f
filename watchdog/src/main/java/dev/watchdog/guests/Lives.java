package dev.watchdog.guests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.guests.policy.GuestSetup.Kept;
import dev.watchdog.guests.policy.GuestSetup.Start;
import dev.watchdog.healing.DomainState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each guest was last started or reset, and what is kept of its lives before: that outlives the agent, in its journal.
 * Safe from any thread.
 */
final class Lives {
    private static final Logger LOG = LoggerFactory.getLogger(Lives.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Guests of which something is kept; beyond, those that do not run are forgotten. */
    private static final int MOST = 10_000;

    /** A guest whose start was told is seen within a look or two, or has gone. */
    private static final long UNSEEN = 60_000;

    private final DomainState state;
    private final Map<UUID, Long> starts = new ConcurrentHashMap<>();
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();

    Lives(DomainState state) {
        this.state = state;
    }

    /** Reads what the last agent kept; a row that cannot be read is forgotten. Never fails. */
    CompletableFuture<Void> load() {
        return state.rows().handle((rows, failure) -> {
            if (failure != null) {
                LOG.warn("what was kept of the guests cannot be read: {}", failure.getMessage());
            } else {
                rows.forEach(this::load);
            }
            return null;
        });
    }

    private void load(String guest, String row) {
        try {
            kept.put(UUID.fromString(guest), JSON.readValue(row, Kept.class));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.debug("what was kept of {} cannot be read: {}", guest, e.getMessage());
        }
    }

    /** libvirt says that it was started or reset just now, in milliseconds since the host's boot. */
    void began(UUID guest, long millis) {
        starts.put(guest, millis);
    }

    Start of(UUID guest) {
        return new Start(starts.getOrDefault(guest, -1L), kept.getOrDefault(guest, Kept.NOTHING));
    }

    /** Keeps what the policy says is to be kept. */
    void take(Round round) {
        Set<UUID> present = round.guests().keySet();
        Map<UUID, Optional<Kept>> changes = new HashMap<>();
        round.findings().forEach((guest, found) -> {
            if (!found.kept().equals(kept.getOrDefault(guest, Kept.NOTHING))) {
                changes.put(guest, Optional.of(found.kept()).filter(each -> !each.equals(Kept.NOTHING)));
            }
        });
        long now = round.at().sinceBoot().toMillis();
        if (round.blind().isEmpty()) {
            // a look that began before libvirt told of a start does not see that guest yet
            starts.entrySet().removeIf(each -> !present.contains(each.getKey()) && now - each.getValue() > UNSEEN);
        }
        if (kept.size() > MOST) {
            kept.keySet().stream()
                    .filter(each -> !present.contains(each))
                    .limit(kept.size() - MOST)
                    .forEach(each -> changes.put(each, Optional.empty()));
        }
        write(changes);
    }

    private void write(Map<UUID, Optional<Kept>> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Map<String, Optional<String>> rows = new HashMap<>();
        changes.forEach((guest, value) -> {
            value.ifPresentOrElse(each -> kept.put(guest, each), () -> kept.remove(guest));
            rows.put(guest.toString(), value.map(Lives::text));
        });
        var unused = state.write(rows).exceptionally(failure -> {
            LOG.debug("what is kept of the guests was not written: {}", failure.getMessage());
            return null;
        });
    }

    private static String text(Kept value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("two numbers cannot be written: " + e.getOriginalMessage(), e);
        }
    }
}
