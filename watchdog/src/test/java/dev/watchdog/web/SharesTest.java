package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharesTest {
    private static final Duration NOW = Duration.ofSeconds(100);

    private final List<Member> dropped = new ArrayList<>();

    private final class Member implements Shares.Member {
        private final Peer peer;
        private final @Nullable Integer since;

        /** @param since in seconds, null when it does not wait */
        Member(String peer, @Nullable Integer since) {
            this.peer = Peer.address(peer);
            this.since = since;
        }

        @Override
        public Peer peer() {
            return peer;
        }

        @Override
        public @Nullable Duration waitingSince() {
            return since == null ? null : Duration.ofSeconds(since);
        }

        @Override
        public void drop() {
            dropped.add(this);
        }
    }

    @Test
    void aPeerMakesRoomForItselfWithWhatHasWaitedLongest() {
        Shares<Member> shares = shares(10, 3, Duration.ZERO);
        Member busy = taken(shares, "a", null);
        Member newer = taken(shares, "a", 20);
        Member older = taken(shares, "a", 10);

        assertThat(shares.take(new Member("a", 30), 1)).isTrue();
        assertThat(dropped).containsExactly(older);
        assertThat(shares.members()).contains(busy, newer).hasSize(3);
    }

    @Test
    void onePeerKeepsNobodyElseOut() {
        Shares<Member> shares = shares(4, 3, Duration.ZERO);
        Member other = taken(shares, "b", 1);
        Member first = taken(shares, "a", 10);
        taken(shares, "a", 20);
        taken(shares, "a", 20);

        taken(shares, "c", null);
        assertThat(dropped).containsExactly(first);
        assertThat(shares.members()).contains(other);
    }

    @Test
    void manyPeersKeepNobodyOutBySilence() {
        Shares<Member> shares = shares(2, 2, Duration.ZERO);
        taken(shares, "a", null);
        Member silent = taken(shares, "b", 20);

        taken(shares, "c", null);
        assertThat(dropped).containsExactly(silent);
        assertThat(shares.take(new Member("d", null), 1)).isFalse();
    }

    @Test
    void whatIsBeingServedIsNotDropped() {
        Shares<Member> shares = shares(2, 1, Duration.ZERO);
        taken(shares, "a", null);
        assertThat(shares.take(new Member("a", null), 1)).isFalse();
        taken(shares, "b", null);
        assertThat(shares.take(new Member("c", null), 1)).isFalse();
        assertThat(dropped).isEmpty();
    }

    @Test
    void whatWaitsOnlyALittleIsNotDropped() {
        Shares<Member> shares = shares(1, 1, Duration.ofSeconds(5));
        Member slow = taken(shares, "a", 96);
        assertThat(shares.take(new Member("b", null), 1)).isFalse();
        shares.free(slow);
        taken(shares, "a", 95);
        taken(shares, "b", null);
    }

    @Test
    void onePeerWithMuchMakesRoomAtOnce() {
        Shares<Member> shares = shares(4, 4, Duration.ofSeconds(5));
        for (int i = 0; i < 3; i++) {
            taken(shares, "a", 100);
        }
        taken(shares, "b", 100);
        taken(shares, "c", 100);
        assertThat(dropped).extracting(Member::peer).containsExactly(Peer.address("a"));
        // now nobody has more than another would then have
        assertThat(shares.take(new Member("c", 100), 1)).isFalse();
    }

    @Test
    void countsAmounts() {
        Shares<Member> shares = shares(100, 60, Duration.ZERO);
        Member large = new Member("a", 1);
        assertThat(shares.take(large, 60)).isTrue();
        assertThat(shares.take(new Member("b", 2), 61)).isFalse();
        assertThat(shares.take(new Member("b", 2), 40)).isTrue();
        assertThat(dropped).isEmpty();
        assertThat(shares.take(new Member("b", 3), 20)).isTrue();
        assertThat(dropped).containsExactly(large);
        shares.free(large);
        assertThat(shares.take(new Member("a", 4), 40)).isTrue();
        assertThat(shares.take(new Member("c", 4), 1)).isTrue();
        assertThat(dropped).hasSize(2);
    }

    private Member taken(Shares<Member> shares, String peer, @Nullable Integer since) {
        Member member = new Member(peer, since);
        assertThat(shares.take(member, 1)).isTrue();
        return member;
    }

    private static Shares<Member> shares(int most, int mostPerPeer, Duration grace) {
        return new Shares<>(most, mostPerPeer, grace, () -> new Moment("boot", NOW, MemoryJournal.TIME));
    }
}
