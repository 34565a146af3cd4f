package dev.watchdog.web;

/**
 * Who is at the other end of a connection, as far as shares go: a user of this host, or an address.
 *
 * @param name such as {@code uid 1000} or {@code 192.0.2.7}
 */
record Peer(String name) {
    static Peer user(int uid) {
        return new Peer("uid " + Integer.toUnsignedString(uid));
    }

    /** A user by name. */
    static Peer named(String user) {
        return new Peer("user " + user);
    }

    static Peer address(String address) {
        return new Peer(address);
    }

    @Override
    public String toString() {
        return name;
    }
}
