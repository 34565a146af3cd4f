package dev.watchdog.guests.policy;

/**
 * A bound within the host that one or more guests live in: a control group with a limit, the NUMA nodes that they are
 * bound to. A guest's own control group is one of these as well, with one guest in it. Bytes.
 *
 * @param name its key, which guests name as theirs, and for people: a control group's path, "NUMA nodes 0-1"
 * @param limit the smallest of its limits: memory.max and memory.high, v1's memory.limit_in_bytes; of nodes their total
 *     without huge pages
 * @param used what is in use there and cannot be evicted: memory.current less the inactive and the active file pages of
 *     memory.stat (v1's total_ ones); of nodes total less free, file pages and huge pages
 * @param heat how much is waited for memory in it: its own memory.pressure; COOL where nobody tells
 */
public record SharedLimit(String name, long limit, long used, HostSample.Heat heat) {}
