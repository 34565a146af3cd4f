package dev.watchdog.libvirt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which libvirt daemons there are.
 *
 * @param uri where the first one is, as {@code virsh --connect} takes it; one that is not there yet is waited for
 * @param uris further ones
 */
public record LibvirtSettings(String uri, List<String> uris) {
    /** A scheme, perhaps a transport, and no spaces or control characters (libvirt.org/uri.html). */
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9]*(\\+[a-z0-9]+)?://[\\x21-\\x7e]*");

    /** A daemon of this machine: nothing between the slashes, and no transport but a Unix socket. */
    private static final Pattern LOCAL = Pattern.compile("[a-z][a-z0-9]*(\\+unix)?:///.*");

    private static final int LONGEST = 1024;

    /** The daemon of the system's own guests. (Made after the pattern that it is held to.) */
    public static final LibvirtSettings SHIPPED = new LibvirtSettings("qemu:///system", List.of());

    /** @throws IllegalArgumentException if one is not a URI, is of another host, or is there twice */
    public LibvirtSettings {
        uris = List.copyOf(uris);
        for (String each : all(uri, uris)) {
            if (each.length() > LONGEST || !URI.matcher(each).matches()) {
                throw new IllegalArgumentException(
                        "must be a libvirt URI of at most 1024 characters, such as qemu:///system");
            }
            if (!LOCAL.matcher(each).matches()) {
                throw new IllegalArgumentException(
                        "must be a libvirt of this host, such as qemu:///system: another host's memory is not seen from"
                                + " here, so run an agent there");
            }
        }
        if (new HashSet<>(all(uri, uris)).size() <= uris.size()) {
            throw new IllegalArgumentException("must not name one URI twice: two watchers would share its guests");
        }
    }

    /** The key that names this one. */
    public String key(String one) {
        return uris.contains(one) ? "libvirt.uris" : "libvirt.uri";
    }

    /** All of them, the first one first. */
    public List<String> all() {
        return all(uri, uris);
    }

    private static List<String> all(String uri, List<String> uris) {
        List<String> all = new ArrayList<>();
        all.add(uri);
        all.addAll(uris);
        return List.copyOf(all);
    }
}
