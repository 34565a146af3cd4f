package dev.watchdog.linux;

/**
 * A mount that somebody attached or detached.
 *
 * @param namespace the inode of the mount namespace that it happened in
 * @param mountId as {@link UniqueMountId} tells it
 * @param at when it was heard of, within a millisecond of its happening unless the machine was very busy
 * @param pid whose call it was, as the agent's pid namespace numbers it; 0 for one outside of that
 * @param by what that process told of itself then; {@link ProcessClaims#NONE} when it had gone
 */
public record MountDeed(long namespace, long mountId, boolean detached, Moment at, int pid, ProcessClaims by) {}
