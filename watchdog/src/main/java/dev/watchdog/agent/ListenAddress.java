package dev.watchdog.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens, written {@code host:port}, {@code [::1]:port}; port 0 takes any free one.
 *
 * @param host an address or a name, without brackets
 */
public record ListenAddress(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");
    private static final int LAST_PORT = 65_535;

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static ListenAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
            throw new IllegalArgumentException("must be an address and a port up to 65535, such as 127.0.0.1:9757");
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return new ListenAddress(host, Integer.parseInt(matcher.group(3)));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
