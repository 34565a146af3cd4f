package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class PeerFinderTest {
    private final PeerFinder finder = new PeerFinder();

    @Test
    void elsewhereAPeerIsAnAddress() {
        assertThat(peer("192.0.2.7")).isEqualTo(Peer.address("192.0.2.7"));
        assertThat(peer("192.0.2.7")).isNotEqualTo(peer("192.0.2.8"));
        assertThat(peer("2001:db8:1:2:3::4")).isEqualTo(peer("2001:db8:1:2:ffff::"));
        assertThat(peer("2001:db8:1:2:3::4")).isNotEqualTo(peer("2001:db8:1:3:3::4"));
    }

    @Test
    void whoCannotBeToldApartIsOnePeer() {
        assertThat(peer("127.0.0.1")).isEqualTo(Peer.address("127.0.0.1"));
        UnixDomainSocketAddress socket = UnixDomainSocketAddress.of("/run/watchdog/control.sock");
        assertThat(finder.of(socket, UnixDomainSocketAddress.of(""))).isEqualTo(Peer.address("local"));
    }

    private Peer peer(String remote) {
        return finder.of(new InetSocketAddress("192.0.2.1", 9_757), new InetSocketAddress(remote, 40_000));
    }
}
