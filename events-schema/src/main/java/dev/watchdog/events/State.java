package dev.watchdog.events;

/**
 * How something is now. Not an entry of the journal: the newest one replaces all before it, so it goes to compacted
 * topics.
 */
public sealed interface State permits HostState, SubjectState {}
