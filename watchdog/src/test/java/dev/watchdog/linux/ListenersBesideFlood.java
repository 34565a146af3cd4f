package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/** Finds who listens on its own socket, in a process with the agent's heap. Argument: a directory. */
public final class ListenersBesideFlood {
    private static final int TIMES = 3;
    /** What the rest of an agent that has much to do holds. */
    private static final int OTHERS = 24 << 20;

    private ListenersBesideFlood() {}

    public static void main(String[] arguments) throws Exception {
        byte[] others = new byte[OTHERS];
        Path socket = Path.of(arguments[0], "engine.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            for (int i = 0; i < TIMES; i++) {
                long begun = SystemClock.nanosSinceBoot();
                assertThat(Listeners.of(socket))
                        .containsExactly((int) ProcessHandle.current().pid());
                System.out.println("found in " + (SystemClock.nanosSinceBoot() - begun) / 1_000_000 + " ms");
            }
        }
        System.out.println("done beside " + others.length);
    }
}
