package dev.watchdog.containerd;

import java.util.List;

/**
 * Which containerds there are.
 *
 * @param states their state directories, as their own configuration has them ({@code /run/containerd}; k3s has
 *     {@code /run/k3s/containerd}), which hold their sockets; one that is not there yet is waited for,
 *     and told if somebody wrote it
 */
public record ContainerdSettings(List<String> states) {
    /** The key of {@link #states}. */
    public static final String STATES = "containerd.states";

    /** sockaddr_un.sun_path holds 108 bytes with the closing zero (unix(7)), and the socket's name needs some. */
    private static final int LONGEST = 107 - Bundles.SOCKET.length() - 1;

    /** Where containerd is unless somebody says otherwise. (Made after the limit that it is held to.) */
    public static final ContainerdSettings SHIPPED = new ContainerdSettings(List.of("/run/containerd"));

    /** @throws IllegalArgumentException if one is not an absolute path without odd parts */
    public ContainerdSettings {
        states = List.copyOf(states);
        for (String state : states) {
            if (!state.matches("(/[^/\\p{Cntrl}]+)+")
                    || state.matches(".*/\\.{1,2}(/.*)?")
                    || state.length() > LONGEST) {
                throw new IllegalArgumentException("must be absolute paths of directories, such as /run/containerd");
            }
        }
    }
}
