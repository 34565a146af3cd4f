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
    private static final String NOBODY = "65534";

    private SocketFlood() {}

    /**
     * Starts it as a user without rights, in this network namespace; it says "ready". Its files are in a mount namespace
     * of its own, and go with it.
     *
     * @param directory anybody may pass to it
     */
    public static Process start(Path directory, int count) throws IOException {
        return new ProcessBuilder(List.of(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o mode=1777,nr_inodes=0 flood \"$1\" && ulimit -n \"$(ulimit -H -n)\" && shift && exec \"$@\"",
                        "sh",
                        directory.toString(),
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SocketFlood.class.getName(),
                        directory.toString(),
                        Integer.toString(count),
                        "engine.sock"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

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
