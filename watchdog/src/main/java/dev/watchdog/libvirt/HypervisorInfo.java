package dev.watchdog.libvirt;

/**
 * What a libvirt daemon says of itself.
 *
 * @param version as people write it, 9.0.0
 * @param hostname of the daemon's host
 */
public record HypervisorInfo(String version, String uri, String hostname) {}
