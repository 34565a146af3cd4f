package dev.watchdog.web;

import dev.watchdog.linux.TcpSocketOwner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.OptionalInt;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose connection it is. Over loopback the address says nothing, so the kernel is asked which user made the
 * socket at the other end. Elsewhere it is the address; of IPv6 its first 64 bits, which is what one host is given.
 */
final class PeerFinder {
    private static final Logger LOG = LoggerFactory.getLogger(PeerFinder.class);
    private static final String LOCAL = "local";

    /** SO_PEERCRED of unix(7). */
    private static final ChannelOption<UnixDomainPrincipal> CREDENTIALS =
            NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED);

    private static final int PREFIX_BYTES = 8;

    private volatile boolean exact;

    /** Finds out whether the kernel can be asked, and tells in the log when it cannot. May block; the rest does not. */
    void prepare() {
        exact = TcpSocketOwner.works();
        if (!exact) {
            LOG.info("users of this host share what one client may use of HTTP: sock_diag does not tell them apart");
        }
    }

    /** The peer of a connection over a Unix socket: the user whose process connected, as the kernel has it. */
    static Peer ofUnix(Channel channel) {
        try {
            UnixDomainPrincipal peer = channel.config().getOption(CREDENTIALS);
            return peer == null ? Peer.address(LOCAL) : Peer.named(peer.user().getName());
        } catch (RuntimeException e) {
            LOG.debug("who connected is not known", e);
            return Peer.address(LOCAL);
        }
    }

    /** The peer of a connection to this process. Quick; any thread. */
    Peer of(SocketAddress local, SocketAddress remote) {
        if (!(local instanceof InetSocketAddress here) || !(remote instanceof InetSocketAddress there)) {
            return Peer.address(LOCAL);
        }
        InetAddress address = there.getAddress();
        if (exact && (here.getAddress().equals(address) || address.isLoopbackAddress())) {
            OptionalInt uid = TcpSocketOwner.uid(there, here);
            if (uid.isPresent()) {
                return Peer.user(uid.getAsInt());
            }
        }
        return Peer.address(text(address));
    }

    private static String text(InetAddress address) {
        if (address instanceof Inet6Address) {
            byte[] prefix = Arrays.copyOf(address.getAddress(), PREFIX_BYTES);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < PREFIX_BYTES; i += 2) {
                text.append(String.format("%02x%02x:", prefix[i], prefix[i + 1]));
            }
            return text + ":/64";
        }
        return address.getHostAddress();
    }
}
