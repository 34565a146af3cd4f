package dev.watchdog.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Tells which user made a TCP socket of this host, by sock_diag(7): one question about one socket, by its two addresses.
 * The other way, /proc/net/tcp, is a table of all sockets of all users, who choose how long reading it takes. Needs no
 * rights. The kernel answers within the call that asks, so nothing here waits; any thread.
 */
public final class TcpSocketOwner {
    private static final int HEADER = 16;
    private static final int REQUEST = HEADER + 56;
    private static final int STATE = HEADER + 1;
    private static final int SOURCE_PORT = HEADER + 4;
    private static final int DESTINATION_PORT = HEADER + 6;
    private static final int UID = HEADER + 64;
    private static final int INODE = HEADER + 68;
    private static final int ANSWER = HEADER + 72;

    private static final int ROOM = 512;

    private TcpSocketOwner() {}

    /**
     * Whether questions are answered here. The first one may make the kernel load tcp_diag, which takes a while: so this
     * may block, and comes first.
     */
    public static boolean works() {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            ByteBuffer answer = ask(nobody, nobody);
            return answer.getShort(4) == Abi.NLMSG_ERROR && answer.getInt(HEADER) == -Errno.ENOENT;
        } catch (ErrnoException e) {
            return false;
        }
    }

    /**
     * The user whose socket it is, as this process's user namespace numbers him.
     *
     * @param local the socket's own end
     * @param remote the other end
     * @return empty when there is no such connection (any more), or it cannot be asked for
     */
    public static OptionalInt uid(InetSocketAddress local, InetSocketAddress remote) {
        try {
            ByteBuffer answer = ask(local, remote);
            boolean found = answer.remaining() >= ANSWER
                    && answer.getShort(4) == Abi.SOCK_DIAG_BY_FAMILY
                    && answer.get(STATE) == Abi.TCP_ESTABLISHED
                    && port(answer, SOURCE_PORT) == local.getPort()
                    && port(answer, DESTINATION_PORT) == remote.getPort()
                    // a socket that no process has open any more is nobody's, and told as root's
                    && answer.getInt(INODE) != 0;
            return found ? OptionalInt.of(answer.getInt(UID)) : OptionalInt.empty();
        } catch (ErrnoException e) {
            return OptionalInt.empty();
        }
    }

    private static int port(ByteBuffer answer, int offset) {
        return ((answer.get(offset) & 0xff) << 8) | (answer.get(offset + 1) & 0xff);
    }

    private static ByteBuffer ask(InetSocketAddress local, InetSocketAddress remote) throws ErrnoException {
        int type = Abi.SOCK_RAW | Abi.SOCK_CLOEXEC | Abi.SOCK_NONBLOCK;
        int raw = Libc.socket(Abi.AF_NETLINK, type, Abi.NETLINK_SOCK_DIAG);
        try (Descriptor socket = new Descriptor(Libc.check(raw, "socket", "sock_diag"), "sock_diag")) {
            int held = socket.hold();
            try {
                byte[] request = request(local, remote);
                int ignored = Libc.check(Libc.write(held, request, request.length), "write", socket);
                byte[] answer = new byte[ROOM];
                int length = Libc.check(Libc.read(held, answer, answer.length), "read", socket);
                if (length < HEADER + Integer.BYTES) {
                    throw new ErrnoException("read", socket, Errno.EIO);
                }
                return ByteBuffer.wrap(answer, 0, length).order(ByteOrder.nativeOrder());
            } finally {
                socket.release();
            }
        }
    }

    /** struct nlmsghdr and struct inet_diag_req_v2 of linux/netlink.h and linux/inet_diag.h. */
    private static byte[] request(InetSocketAddress local, InetSocketAddress remote) {
        boolean four = local.getAddress() instanceof Inet4Address;
        ByteBuffer request = ByteBuffer.allocate(REQUEST).order(ByteOrder.nativeOrder());
        request.putInt(REQUEST)
                .putShort(Abi.SOCK_DIAG_BY_FAMILY)
                .putShort(Abi.NLM_F_REQUEST)
                .putInt(1)
                .putInt(0);
        request.put((byte) (four ? Abi.AF_INET : Abi.AF_INET6))
                .put(Abi.IPPROTO_TCP)
                .putShort((short) 0)
                .putInt(-1);
        bigEndian(request, local.getPort());
        bigEndian(request, remote.getPort());
        address(request, local);
        address(request, remote);
        // any interface; INET_DIAG_NOCOOKIE
        return request.putInt(0).putInt(-1).putInt(-1).array();
    }

    private static void bigEndian(ByteBuffer request, int port) {
        request.put((byte) (port >> 8)).put((byte) port);
    }

    private static void address(ByteBuffer request, InetSocketAddress end) {
        byte[] address = end.getAddress().getAddress();
        request.put(address).position(request.position() + 16 - address.length);
    }
}
