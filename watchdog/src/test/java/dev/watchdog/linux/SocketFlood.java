package dev.watchdog.linux;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Listens on very many sockets until its standard input ends. Arguments: a directory, how many, what they are called. */
public final class SocketFlood {
    private SocketFlood() {}

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        List<ServerSocketChannel> held = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            held.add(socket.bind(UnixDomainSocketAddress.of(Path.of(arguments[0], i + arguments[2])), 1));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until who started it goes
        }
        System.out.println("let go of " + held.size());
    }
}
