package dev.watchdog.web;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Serves only requests that name this host in a way that no page in a browser can bend: by an address, as localhost, or
 * by its own name. A page that rebinds its own name to this address is turned away.
 */
final class HostCheck {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[?[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*]?");

    private final Set<String> names;

    HostCheck(Set<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a host of a request, without its port, is this one. */
    boolean allowed(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.equals("localhost")
                || names.contains(plain)
                || ADDRESS.matcher(plain).matches();
    }
}
