package dev.watchdog.web;

import dev.watchdog.linux.HostClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Divides something scarce between peers: so much for all, so much for one. What does not fit is made to fit, at the
 * cost of the peer that has the most, by dropping what has waited longest for that peer: so one that takes and does not
 * use what it took keeps nobody else out. Confined to one event loop.
 *
 * @param <M> what has a share
 */
final class Shares<M extends Shares.Member> {
    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final int most;
    private final int mostPerPeer;
    private final Duration grace;
    private final HostClock clock;
    private final Map<M, Integer> taken = new LinkedHashMap<>();
    private final Map<Peer, Integer> perPeer = new HashMap<>();
    private int total;

    /** Something that has a share. */
    interface Member {
        Peer peer();

        /** Since when it has been waiting for its peer to do something; null while it is not, and may not be dropped. */
        @Nullable Duration waitingSince();

        /** Ends it; its share is free when this returns, or soon. */
        void drop();
    }

    /** @param grace what has waited less is dropped only if its peer has more than the one it makes room for */
    Shares(int most, int mostPerPeer, Duration grace, HostClock clock) {
        this.most = most;
        this.mostPerPeer = mostPerPeer;
        this.grace = grace;
        this.clock = clock;
    }

    /** Gives a share, if need be by dropping others. False when it cannot be had. */
    boolean take(M member, int amount) {
        Peer peer = member.peer();
        if (amount > mostPerPeer || amount > most) {
            return false;
        }
        while (of(peer) + amount > mostPerPeer) {
            if (!dropStalest(peer::equals, grace)) {
                return false;
            }
        }
        while (total + amount > most) {
            if (!dropForFairness(of(peer) + amount) && !dropStalest(any -> true, grace)) {
                return false;
            }
        }
        taken.put(member, amount);
        perPeer.merge(peer, amount, Integer::sum);
        total += amount;
        return true;
    }

    /** Gives a share back; safe to repeat. */
    void free(M member) {
        Integer amount = taken.remove(member);
        if (amount != null) {
            total -= amount;
            perPeer.computeIfPresent(member.peer(), (peer, had) -> had.equals(amount) ? null : had - amount);
        }
    }

    /** Those that have a share now. */
    List<M> members() {
        return List.copyOf(taken.keySet());
    }

    private int of(Peer peer) {
        return perPeer.getOrDefault(peer, 0);
    }

    /** From the peer that has most, if that is more than the one who asks would have. */
    private boolean dropForFairness(int wanted) {
        return perPeer.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(largest -> largest.getValue() > wanted)
                .map(largest -> dropStalest(largest.getKey()::equals, Duration.ZERO))
                .orElse(false);
    }

    private boolean dropStalest(Predicate<Peer> whose, Duration patience) {
        Duration latest = clock.now().sinceBoot().minus(patience);
        Optional<M> stalest = taken.keySet().stream()
                .filter(member -> whose.test(member.peer()))
                .filter(member -> since(member).compareTo(latest) <= 0)
                .min(Comparator.comparing(Shares::since));
        stalest.ifPresent(member -> {
            free(member);
            member.drop();
        });
        return stalest.isPresent();
    }

    private static Duration since(Member member) {
        Duration since = member.waitingSince();
        return since == null ? NEVER : since;
    }
}
