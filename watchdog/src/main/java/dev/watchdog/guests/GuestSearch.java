package dev.watchdog.guests;

import dev.watchdog.linux.ProcessSearch;
import dev.watchdog.linux.ProcessSearch.Claim;
import dev.watchdog.linux.ProcessSearch.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search for the processes of guests: by the locks on libvirt's pid files, and for guests that those prove nothing of
 * by the {@code -uuid} that libvirt gives QEMU. Blocks.
 */
final class GuestSearch {
    private static final Logger LOG = LoggerFactory.getLogger(GuestSearch.class);
    private static final String OPTION = "-uuid";
    private static final String QEMU = "qemu";

    private final Path proc;
    private final Function<SeenGuest, OptionalInt> holders;

    /** @param holders who holds the lock of a guest's pid file */
    GuestSearch(Path proc, Function<SeenGuest, OptionalInt> holders) {
        this.proc = proc;
        this.holders = holders;
    }

    /**
     * What was found of one guest.
     *
     * @param proven it is the one process that it runs in; else those that claim so
     * @param user who runs the proven one, by real user id
     */
    record Result(boolean proven, List<Found> processes, int user) {
        Result {
            processes = List.copyOf(processes);
        }

        boolean isProvenAndLives() {
            return proven && processes.get(0).lives();
        }
    }

    /**
     * Searches.
     *
     * @param before what the last search found: what it proved holds while the process lives
     */
    Map<UUID, Result> find(List<SeenGuest> guests, Map<UUID, Result> before) {
        Map<UUID, Result> found = new HashMap<>();
        Map<String, List<SeenGuest>> unproven = new HashMap<>();
        for (SeenGuest guest : guests) {
            Result last = before.get(guest.id());
            if (last != null && last.isProvenAndLives()) {
                found.put(guest.id(), last);
                continue;
            }
            Claim holder = holder(guest);
            GuestProof proof = GuestProof.of(guest.id(), holder);
            if (holder != null && proof == GuestProof.PROVEN) {
                found.put(guest.id(), new Result(true, List.of(holder.process()), holder.user()));
            } else if (proof == GuestProof.NONE) {
                unproven.computeIfAbsent(guest.source(), key -> new ArrayList<>())
                        .add(guest);
            }
        }
        try {
            for (List<SeenGuest> each : unproven.values()) {
                addClaims(found, each, users(guests, each.get(0).source(), found));
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be listed: {}", proc, e.getMessage());
        }
        return Map.copyOf(found);
    }

    /** Asked again after it was looked at, it is the process that was looked at, whoever gets its number later. */
    private @Nullable Claim holder(SeenGuest guest) {
        OptionalInt pid = holders.apply(guest);
        if (pid.isEmpty()) {
            return null;
        }
        Claim claim = ProcessSearch.claim(proc, pid.getAsInt(), OPTION);
        return holders.apply(guest).equals(pid) ? claim : null;
    }

    private static Set<Integer> users(List<SeenGuest> guests, String source, Map<UUID, Result> found) {
        return guests.stream()
                .filter(each -> each.source().equals(source))
                .map(each -> found.get(each.id()))
                .filter(each -> each != null && each.proven())
                .map(Result::user)
                .collect(Collectors.toSet());
    }

    /** First among those that call themselves QEMU, then, for who was not found, among all. */
    private void addClaims(Map<UUID, Result> found, List<SeenGuest> guests, Set<Integer> users) throws IOException {
        Set<UUID> ids = guests.stream().map(SeenGuest::id).collect(Collectors.toSet());
        addClaims(found, ids, users, QEMU);
        Set<UUID> others = new HashSet<>(ids);
        others.removeAll(found.keySet());
        if (!others.isEmpty()) {
            addClaims(found, others, users, "");
        }
    }

    private void addClaims(Map<UUID, Result> found, Set<UUID> guests, Set<Integer> users, String named)
            throws IOException {
        Map<String, UUID> byText = new HashMap<>();
        guests.forEach(each -> byText.put(each.toString(), each));
        ProcessSearch.byOption(proc, named, OPTION, byText.keySet(), GuestProof.countedAmong(users))
                .forEach((text, claims) -> found.put(byText.get(text), new Result(false, claims, -1)));
    }
}
